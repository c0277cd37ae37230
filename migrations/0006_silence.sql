-- A channel that is silent by its own rhythm, and the times in which a channel could not be seen.

alter table channel_states add column silent_since timestamptz;
alter table channel_states add column usual_per_hour double precision;
-- When it was last known to be seen, and why it was not since.
alter table channel_states add column seen_at timestamptz;
alter table channel_states add column unseen_why text;

create table blind_spans (
  position bigint generated always as identity primary key,
  channel text not null,
  from_at timestamptz not null,
  to_at timestamptz not null,
  why text                             -- null: no process was running
);
create index blind_spans_by_time on blind_spans (to_at);
