-- Who cannot be reached by what, whom the chain passed over, and which transports work for nobody now.

-- A transport that refuses a person for good. It is about the address: another one begins anew.
create table dead_ends (
  person text not null,
  transport text not null,
  address text not null,
  problem text not null,
  since timestamptz not null,
  primary key (person, transport)
);

-- A transport that the company's own set-up closes: a refused bot token, a refused mail login.
create table closed_transports (
  transport text primary key,
  problem text not null,
  since timestamptz not null
);

-- Somebody whom a step asked and no transport reached, and who was asked instead; nobody while `instead` is empty.
create table passed_over (
  wait_id uuid not null,
  step integer not null,               -- -1: the word of a hand-over, which is no step
  due_at timestamptz not null,
  stage text not null,
  person text not null,
  why text not null,                   -- no_way, dead_end, refused, closed
  at timestamptz not null,
  instead text[] not null,
  primary key (wait_id, step, due_at, person)
);
create index passed_over_unheard on passed_over (wait_id) where instead = '{}';

alter table notices
  add column tried_since timestamptz,  -- the first try: a notice that hangs for long goes by another transport too
  add column instead_of text;          -- in whose place its recipient is asked
