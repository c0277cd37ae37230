-- The history of every client, what they wait for, and what we told whom about it.

create table clients (
  id uuid primary key,
  name text,
  phone text,
  email text,
  created_at timestamptz not null default now()
);

-- Where a client waits for the answer. Locking the client locks all of their threads.
create table threads (
  channel text not null,
  thread text not null,
  client_id uuid not null references clients,
  primary key (channel, thread)
);

-- Append-only: what happened is never rewritten. Only the text may be cut down later (law 11) and a client joined to another.
create table events (
  position bigint generated always as identity primary key,
  channel text not null,
  id text not null,
  client_id uuid not null,
  thread text not null,
  kind text not null,
  side text not null,
  author jsonb not null,
  at timestamptz not null,
  at_source text not null,
  received_at timestamptz not null,
  processed_at timestamptz not null default now(),
  seq bigint,
  text text,
  link text,
  call_id text,
  call jsonb,
  deletes text,
  decision text,
  unique (channel, id)
);
create index events_of_client on events (client_id, at);
create index events_of_call on events (channel, call_id) where call_id is not null;
create index events_deleting on events (channel, deletes) where deletes is not null;

create function events_are_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'events are append-only: % of % cannot be changed', new.id, new.channel;
end $$;
create trigger events_append_only
  before update of channel, id, thread, kind, side, author, at, at_source, received_at, processed_at, seq, call, deletes, decision
  on events for each row execute function events_are_append_only();

create table waits (
  id uuid primary key,
  client_id uuid not null,
  channel text not null,
  thread text not null,
  opening text not null,               -- channel and id of the event that opened it, as foldWaits names it
  kind text not null,
  text text,
  link text,
  opened_at timestamptz not null,
  seen_at timestamptz not null,
  owner text not null,
  first_owner text not null,           -- who owned it at the start, whatever was handed over since
  warn_at timestamptz not null,
  breach_at timestamptz not null,
  warned_at timestamptz,
  breached_at timestamptz,
  closed_at timestamptz,
  outcome text,
  answered_by text,
  answered_via text,
  response_seconds double precision,
  after_hours boolean not null,
  late_delivered double precision not null default 0,
  etiquette jsonb,
  taken_by text,
  taken_until timestamptz,
  takers text[] not null default '{}',
  chain_shift_ms bigint not null default 0,
  steps_done integer not null default 0,
  due_at timestamptz,                  -- when the clock must look again; null: never
  voided_at timestamptz                -- later knowledge joined it to another wait
);
create index waits_due on waits (due_at) where due_at is not null;
create index waits_of_client on waits (client_id, opened_at);
create index waits_newest on waits (opened_at desc, id desc) where voided_at is null;
create index waits_open on waits (opened_at) where closed_at is null and voided_at is null;

create table steps (
  wait_id uuid not null,
  step integer not null,
  stage text not null,
  due_at timestamptz not null,
  fired_at timestamptz not null,
  late_reason text,
  skipped boolean not null,
  recipients text[] not null,
  primary key (wait_id, step)          -- law 7: each step once
);

-- The outbox: what has to be said to whom, and what became of it.
create table notices (
  id uuid primary key,
  type text not null,
  wait_id uuid,
  channel text,
  step integer,
  stage text,
  recipient text,
  transport text not null,
  due_at timestamptz not null,
  late_reason text,
  state text not null default 'pending',
  attempts integer not null default 0,
  next_attempt_at timestamptz not null,
  claimed_by bigint,
  problem text,
  sent_at timestamptz,
  chat_id bigint,
  message_id bigint,
  sent_text text,                      -- digest of what stands in the chat now, so that an edit that changes nothing is not sent
  edit_at timestamptz,
  data jsonb,
  created_at timestamptz not null default now()
);
create index notices_pending on notices (transport, next_attempt_at) where state = 'pending';
create index notices_claimed on notices (claimed_by) where state = 'sending';
create index notices_to_edit on notices (edit_at) where edit_at is not null;
create index notices_of_wait on notices (wait_id);
create index notices_message on notices (chat_id, message_id) where message_id is not null;
create index notices_newest on notices (created_at desc);

-- An employee's words on their way to a client.
create table relays (
  id text primary key,                 -- account, chat and message of the employee's words: a second delivery changes nothing
  wait_id uuid not null,
  channel text not null,
  thread text not null,
  person text not null,
  text text,                           -- forgotten once sent, the event keeps what privacy allows
  account text not null,
  chat_id bigint not null,
  message_id bigint not null,
  state text not null default 'pending',
  attempts integer not null default 0,
  next_attempt_at timestamptz not null,
  claimed_by bigint,
  problem text,
  created_at timestamptz not null default now()
);
create index relays_pending on relays (next_attempt_at) where state in ('pending', 'sending');

-- Who did what: takes, hand-overs, decisions, disputes, sign-ins.
create table audit (
  position bigint generated always as identity primary key,
  at timestamptz not null,
  actor text not null,
  action text not null,
  wait_id uuid,
  details jsonb not null default '{}'
);
create index audit_of_wait on audit (wait_id);

-- What later knowledge changed in the record (law 4).
create table corrections (
  position bigint generated always as identity primary key,
  wait_id uuid not null,
  at timestamptz not null,
  field text not null,
  was text,
  became text,
  reason text not null
);
create index corrections_of_wait on corrections (wait_id);

create table cursors (account text primary key, cursor text not null, updated_at timestamptz not null default now());

create table channel_states (
  channel text primary key,
  up boolean,
  caught_up boolean not null default true,
  problem text,
  changed_at timestamptz not null default now(),
  last_event_at timestamptz
);

-- What could not be understood, kept for a person to look at.
create table quarantine (
  position bigint generated always as identity primary key,
  at timestamptz not null default now(),
  source text not null,
  reason text not null,
  body jsonb not null
);

create table access_tokens (
  hash text primary key,
  kind text not null,                  -- bearer, session, link
  role text not null,
  person text,
  name text,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  used_at timestamptz
);
