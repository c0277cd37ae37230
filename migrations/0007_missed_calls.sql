-- A missed call is told at once: when the first of a wait's calls was missed, when that reached us, and whether its owner was told.

alter table waits
  add column missed_at timestamptz,
  add column missed_seen_at timestamptz,
  add column missed_told boolean not null default false;
