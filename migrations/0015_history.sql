-- What opened before a channel was watched is history: shown, never pinged, never counted.

-- By channel: when it first stood in otklik.yaml, and the moment (this, or `enforce_from`) by which its open waits are told apart.
create table watched_channels (
  channel text primary key,
  since timestamptz not null,
  applied timestamptz not null
);
-- A channel that is here already counts from its first event.
insert into watched_channels (channel, since, applied)
select channel, min(at), min(at) from (
  select channel, min(at) as at from events group by channel
  union all select channel, min(opened_at) from waits group by channel) first group by channel;

alter table waits add column history boolean not null default false;
create index waits_open_history on waits (channel) where history and closed_at is null and voided_at is null;

-- Who was told how many clients were left waiting when a channel began to be watched.
create table history_told (
  channel text not null,
  person text not null,
  told_at timestamptz not null,
  primary key (channel, person)
);
