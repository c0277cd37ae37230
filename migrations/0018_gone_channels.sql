-- Channels outlive the edits of otklik.yaml: their last settings are kept, and an id can be changed.

create table channel_settings (
  channel text primary key,
  settings text not null,              -- as packages/store/keptChannels.ts writes them; no secret is among them
  kept_at timestamptz not null,
  gone_since timestamptz               -- since when otklik.yaml no longer names it; null while it does
);

-- What happened is never rewritten, but for the name of where it did: `formerly` in otklik.yaml gives a channel's whole history
-- another id, inside a transaction that says so (packages/store/renameChannels.ts).
create or replace function events_are_append_only() returns trigger language plpgsql as $$
declare
  unnamed events%rowtype := new;
begin
  unnamed.channel := old.channel;
  if current_setting('otklik.renaming', true) = old.channel || ' ' || new.channel and unnamed is not distinct from old then
    return new;
  end if;
  raise exception 'events are append-only: % of % cannot be changed', new.id, new.channel;
end $$;
