-- What is kept aside stays in sight until a person has looked, and a later version can read it again.
alter table quarantine
  add column why text not null default 'not_understood', -- unproven: a sender whom nobody vouches for
  add column form text not null default 'told',          -- posted: a webhook's body; told: by a feed; event: it could not be recorded
  add column request jsonb,                              -- of what was posted: path, query, headers and the bytes, for its signature
  add column digest text unique,                         -- of an equal body of the channel there is one row
  add column last_at timestamptz,                        -- when it was last kept
  add column seen_at timestamptz,
  add column seen_by text,
  add column again_at timestamptz;                       -- when somebody asked to read it again; null: nobody, or it was done
update quarantine set last_at = at,
  why = case when body ? 'messageId' and body ? 'from' then 'unproven' else why end,
  form = case when source = channel then 'posted' else form end;
alter table quarantine alter column last_at set not null, alter column last_at set default now();
create index quarantine_unseen on quarantine (channel) where seen_at is null;
create index quarantine_again on quarantine (channel) where again_at is not null;
