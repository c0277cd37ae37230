-- The call-back plan of a client who could not be reached (clause S8). Whose it is, is its wait's.
create table cadences (
  id uuid primary key,
  wait_id uuid not null references waits (id) on delete cascade,
  state text not null,                 -- running, control, ended
  plan jsonb not null,                 -- as it was when it began: an edit of otklik.yaml changes no cadence that runs
  client_zone text,                    -- null: nobody knows
  started_at timestamptz not null,
  done integer not null default 0,     -- attempts that are behind it
  last_at timestamptz,
  not_before timestamptz,              -- a person has put it off
  due_at timestamptz,                  -- null: nothing comes by itself
  ended_at timestamptz,
  end_reason text
);
create index cadences_due on cadences (due_at) where state = 'running';
create index cadences_of_wait on cadences (wait_id);
create index cadences_newest on cadences (started_at desc, id desc);

-- The primary key is what makes an attempt happen once.
create table cadence_attempts (
  cadence_id uuid not null references cadences (id) on delete cascade,
  index integer not null,
  day integer not null,
  action text not null,
  means text,                          -- by what it was made; null: a person decides
  at timestamptz not null,
  outcome text,                        -- null: nobody knows yet
  by text,
  primary key (cadence_id, index)
);
