-- What each ingest has acknowledged and holds on its local disk: the clocks wait for it.
create table backlogs (
  spool text primary key,              -- machine and folder
  instance integer not null,           -- of the process that says so
  at timestamptz not null,             -- when it looked
  since timestamptz,                   -- when the oldest of its events was received; null: it holds none
  channels text[] not null default '{}'
);
