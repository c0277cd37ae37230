-- What is kept aside is shown by its channel: a feed's own name says it only sometimes.
alter table quarantine add column channel text;
update quarantine set channel = case when source like 'email:%' then substr(source, 7) else source end;
create index quarantine_newest on quarantine (channel, position desc);
