-- Who gave a wait to whom, and until when that person says that they take it. Untaken it goes back.
create table hand_overs (
  id bigint generated always as identity primary key,
  wait_id uuid not null references waits (id) on delete cascade,
  -- Of all that were handed over at once: whoever takes one of them takes them all.
  batch uuid not null,
  giver text not null,
  from_person text not null,
  to_person text not null,
  at timestamptz not null,
  until timestamptz not null,
  -- pending; accepted; returned; over: it was handed on, ended, or there is nobody to go back to.
  state text not null
);
create index hand_overs_of_wait on hand_overs (wait_id, id desc);
create index hand_overs_due on hand_overs (until) where state = 'pending';
create index hand_overs_of_batch on hand_overs (batch) where state = 'pending';
