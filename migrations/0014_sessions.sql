-- Each access has an id that is no secret, so that it can be listed and revoked; when it was last used, for the idle limit;
-- and since when its person is not in the configuration.
alter table access_tokens
  add column id bigint generated always as identity unique,
  add column last_used_at timestamptz,
  add column gone_at timestamptz;
create index access_of_person on access_tokens (person) where person is not null;

-- Whoever is signed in now is not idle: the new limit counts from here.
update access_tokens set last_used_at = now() where kind = 'session';

alter table person_states add column gone_at timestamptz;
