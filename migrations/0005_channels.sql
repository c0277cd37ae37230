-- What channels must remember of their accounts, what is said through a live connection, and when we were blind.

create table channel_memory (
  channel text not null,
  name text not null,
  value text not null,
  term text not null,                  -- account: until forgotten by name; history: as long as the events that it is about
  updated_at timestamptz not null default now(),
  primary key (channel, name)
);
create index channel_memory_by_age on channel_memory (updated_at) where term = 'history';

-- Words for a client that only the process with the channel's live connection can send.
create table sends (
  channel text not null,
  id text not null,                    -- the sender's: a retry is the same send
  thread text not null,
  text text,                           -- forgotten once it is settled
  state text not null default 'pending', -- pending, sending, settled
  result jsonb,
  created_at timestamptz not null default now(),
  primary key (channel, id)
);
create index sends_open on sends (channel, created_at) where state <> 'settled';

alter table channel_states add column gaps jsonb not null default '[]';
