-- One table for what an employee answers: what the holder of a channel's live connection is asked to do with it stands beside it.
alter table relays
  add column listener_id text,      -- of what is asked: the answer itself, or an edit of it; a retry is the same
  add column listener_state text,   -- asked, sending, settled
  add column listener_result jsonb;
update relays r set listener_id = s.id, listener_state = case s.state when 'pending' then 'asked' else s.state end,
  listener_result = s.result
from sends s
where s.channel = r.channel and s.id = case when r.sent_id is null then r.id else r.id || ':' || r.edits end;
create index relays_asked on relays (channel, created_at) where listener_state in ('asked', 'sending');
drop table sends;
