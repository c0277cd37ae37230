-- Retention looks for the oldest: without these it would read whole tables every hour.
create index events_with_text on events (at) where text is not null;
create index events_oldest on events (at);
create index waits_closed on waits (closed_at) where closed_at is not null;
