-- A call that a person had placed for a wait to a number that the client only typed: nothing else says whom it was for.
create table ordered_calls (
  id uuid primary key,
  channel text not null,               -- the wait's
  thread text not null,
  via text not null,                   -- the line that dials
  number text not null,                -- E.164
  by text not null,
  at timestamptz not null,
  call_id text                         -- the line's own id of the call, once it has told of it
);
create index ordered_calls_by_number on ordered_calls (via, number, at);
create index ordered_calls_by_call on ordered_calls (via, call_id) where call_id is not null;
