-- One client over several channels: which handles are attested, what joined whom, and what people said of it.

-- The client as the thread alone knows them; `client_id` is who they turned out to be.
alter table threads add column own_client uuid;
update threads set own_client = client_id;
alter table threads alter column own_client set not null;
create unique index threads_own on threads (own_client);
create index threads_of_client on threads (client_id);

create table handles (
  client uuid not null,                -- threads.own_client
  kind text not null,                  -- phone, email
  value text not null,
  ignored_at timestamptz,              -- a person said that it joins nobody
  primary key (client, kind, value)
);
create index handles_by_value on handles (kind, value);

-- Each time two clients became one. A join by a handle follows from it; one by a person is the reason itself.
create table joins (
  id uuid primary key,
  a uuid not null,                     -- threads.own_client of either side
  b uuid not null,
  reason text not null,                -- phone, email, person
  value text,
  by text,                             -- who joined them; null: the handle did
  at timestamptz not null,
  undone_at timestamptz,
  undone_by text                       -- null with undone_at: the thread turned out to be shared
);
create index joins_newest on joins (at desc);
create index joins_by_person on joins (a, b) where reason = 'person' and undone_at is null;

-- Pairs that a person has looked at: they are not suggested again.
create table told_apart (
  a uuid not null,                     -- threads.own_client, a < b
  b uuid not null,
  by text not null,
  at timestamptz not null,
  primary key (a, b)
);
alter table clients add column name_key text;  -- what two spellings of a full name have in common
create index clients_by_name on clients (name_key) where name_key is not null;
