-- What a client merely says of themselves (a typed number, a From that nobody vouches for) joins nobody any more (law 3).

-- null: written before it was told apart, and as good as attested until the engine's next start has settled it, which knows
-- the channels (packages/store/settleHandles.ts).
alter table handles add column attested boolean;
create index handles_unsettled on handles (client) where attested is null;

-- What a client says of themselves and nobody vouches for, beside what is proven.
alter table clients add column typed_phone text, add column typed_email text;

-- A join of before, by a handle that would not join today: it stays until a person has looked at it.
alter table joins
  add column kept boolean not null default false,
  add column reviewed_at timestamptz,
  add column reviewed_by text;
create index joins_to_review on joins (at desc) where kept and undone_at is null and reviewed_at is null;
create index joins_kept on joins (a, b) where kept and undone_at is null;
