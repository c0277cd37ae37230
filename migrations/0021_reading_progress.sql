-- When something that had been said long before was last recorded of a channel: it is being read up to now (law 7).
alter table channel_states add column progress_at timestamptz;
