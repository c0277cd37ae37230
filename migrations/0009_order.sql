-- Which of the events that reached us together an event was: beside received_at it puts ties of a provider's clock in order.
-- The order of a history depends on it, so that it is as append-only as the rest.
alter table events add column received_index integer not null default 0;

drop trigger events_append_only on events;
create trigger events_append_only
  before update of channel, id, thread, kind, side, author, at, at_source, received_at, received_index, processed_at, seq, call, deletes, decision
  on events for each row execute function events_are_append_only();
