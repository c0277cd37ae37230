-- Who is there and who was asked, disputed breaches, and clients who reach the company on several channels.

-- What people say of themselves beside the configuration.
create table person_states (
  person text primary key,
  telegram bigint unique,              -- linked by a one-time code
  away_from timestamptz,
  away_until timestamptz,
  changed_at timestamptz not null default now()
);

create table link_codes (
  hash text primary key,
  person text not null,
  expires_at timestamptz not null
);

alter table waits
  add column owner_why text not null default 'owner',
  add column also_on text[] not null default '{}',       -- other channels of its turns
  add column answered_with text,                         -- the kind of event that closed it
  add column formal_answer boolean not null default false,
  add column farewell boolean not null default false,    -- every turn of it is a farewell: suggested as needing no reply
  add column corrected_at timestamptz,                   -- when later knowledge re-opened it
  add column outage_seconds double precision not null default 0, -- for how long our own outage kept it from its owner
  add column excused_seconds double precision not null default 0;
create index waits_open_of_owner on waits (owner) where closed_at is null and voided_at is null;

alter table steps add column asked jsonb not null default '[]';

-- Held back by quiet hours, told in one digest when they end.
alter table notices add column held boolean not null default false;

alter table events add column wording jsonb;

create table disputes (
  wait_id uuid primary key,
  person text not null,
  reason text not null,
  at timestamptz not null,
  decided_by text,
  decided_at timestamptz,
  accepted boolean,
  note text,
  excused_seconds double precision
);
create index disputes_open on disputes (at) where decided_at is null;
