-- What the metrics and reports say of waits, kept where the waits are: right whichever process died.

-- When the clock was last given the wait's due time: it cannot have fired any earlier.
alter table waits add column planned_at timestamptz;

-- Which waits numbers speak of at all. Whatever shows numbers of waits asks this.
create function is_counted(w waits) returns boolean language sql immutable as
  $$ select w.voided_at is null and not w.history $$;

-- In time, late, or null: nothing can be said (yet). `verdictOf` in packages/domain says the same and explains it.
create function verdict_by(w waits, mark timestamptz, passed timestamptz) returns text language sql immutable as $$
  select case
    when not is_counted(w) then null
    when w.closed_at is null then case when passed is not null then 'late' end
    when w.response_seconds - greatest(w.excused_seconds, w.late_delivered) <= extract(epoch from mark - w.opened_at)
      then case when w.outcome in ('answered', 'self_served', 'attempted') then 'in_time' end
    else 'late'
  end $$;
create function wait_verdict(w waits) returns text language sql immutable as
  $$ select verdict_by(w, w.breach_at, w.breached_at) $$;

-- By which mark of the window a wait was over.
create function closed_within(w waits) returns text language sql immutable as $$
  select case when w.closed_at <= w.warn_at then 'warn' when w.closed_at <= w.breach_at then 'breach' else 'late' end $$;

-- The upper edge of the bucket of otklik_response_seconds (packages/telemetry/metrics.ts).
create function response_edge(seconds double precision) returns double precision language sql immutable as $$
  select case
    when seconds <= 15 then 15 when seconds <= 30 then 30 when seconds <= 45 then 45 when seconds <= 60 then 60
    when seconds <= 90 then 90 when seconds <= 120 then 120 when seconds <= 150 then 150 when seconds <= 180 then 180
    when seconds <= 210 then 210 when seconds <= 240 then 240 when seconds <= 270 then 270 when seconds <= 300 then 300
    when seconds <= 360 then 360 when seconds <= 420 then 420 when seconds <= 600 then 600 when seconds <= 900 then 900
    when seconds <= 1800 then 1800 when seconds <= 3600 then 3600 else 'infinity'::double precision end $$;

-- Counts only go up. What later knowledge took back is counted apart, under `corrected`, with the labels that it had:
-- counted less corrected is what the table of waits says (law 4).
create table wait_counts (
  what text not null,                  -- breach, closing, verdict
  corrected boolean not null,
  channel text not null,
  owner text not null,
  outcome text not null,               -- of closings
  within text not null,                -- of closings: warn, breach, late; of verdicts: in_time, late
  le double precision not null,        -- of closings: the bucket of the response time
  waits bigint not null,
  seconds double precision not null,
  primary key (what, corrected, channel, owner, outcome, within, le)
);

-- What is not in wait_counts yet. Only added to and folded, so that no transaction waits for another one's count.
create table wait_count_changes (
  what text not null,
  corrected boolean not null,
  channel text not null,
  owner text not null,
  outcome text not null,
  within text not null,
  le double precision not null,
  waits bigint not null,
  seconds double precision not null
);

-- A trigger, so that a count is written in the transaction of what it counts, whoever changes a wait and from where.
create function count_new_waits() returns trigger language plpgsql as $$
begin
  -- Most waits are opened, and nothing is to be counted yet.
  if not exists (select from new_waits where breached_at is not null or closed_at is not null) then return null; end if;
  insert into wait_count_changes
  select c.what, false, w.channel, w.owner, c.outcome, c.within, c.le, count(*), sum(c.seconds)
  from new_waits w cross join lateral (
    select 'breach' as what, '' as outcome, '' as within, 0::double precision as le, 0::double precision as seconds
      where w.breached_at is not null
    union all
    select 'closing', w.outcome, closed_within(w::waits), response_edge(w.response_seconds), coalesce(w.response_seconds, 0)
      where w.closed_at is not null
    union all
    select 'verdict', '', wait_verdict(w::waits), 0, 0 where wait_verdict(w::waits) is not null) c
  where is_counted(w::waits) and (w.breached_at is not null or w.closed_at is not null)
  group by 1, 2, 3, 4, 5, 6, 7;
  return null;
end $$;
create trigger waits_count_new after insert on waits referencing new table as new_waits
  for each statement execute function count_new_waits();

-- A wait that is handed over takes none of its counts along: they stay with whoever had it.
-- The plan is kept from the first call, which changes one row: without nested loops 200 rows take 1 ms, with them 50.
create function count_changed_waits() returns trigger language plpgsql set enable_nestloop = off as $$
begin
  -- Most changes are of the next due time: they cost one look.
  if not exists (
    select from old_waits o join new_waits n on n.id = o.id
    where (o.closed_at is not null or n.closed_at is not null or o.breached_at is not null or n.breached_at is not null)
      and (o.closed_at, o.breached_at, o.outcome, o.response_seconds, o.excused_seconds, o.late_delivered,
        o.voided_at, o.history, o.opened_at, o.warn_at, o.breach_at) is distinct from
        (n.closed_at, n.breached_at, n.outcome, n.response_seconds, n.excused_seconds, n.late_delivered,
        n.voided_at, n.history, n.opened_at, n.warn_at, n.breach_at)) then return null; end if;
  insert into wait_count_changes
  with changed as (
    select o.owner as old_owner, n.owner, o.channel as old_channel, n.channel,
      is_counted(o::waits) and o.breached_at is not null as old_breach, is_counted(n::waits) and n.breached_at is not null as breach,
      case when is_counted(o::waits) and o.closed_at is not null then o.outcome end as old_outcome,
      case when is_counted(n::waits) and n.closed_at is not null then n.outcome end as outcome,
      coalesce(o.response_seconds, 0) as old_seconds, coalesce(n.response_seconds, 0) as seconds,
      closed_within(o::waits) as old_within, closed_within(n::waits) as within,
      wait_verdict(o::waits) as old_verdict, wait_verdict(n::waits) as verdict
    from old_waits o join new_waits n on n.id = o.id
    where o.closed_at is not null or n.closed_at is not null or o.breached_at is not null or n.breached_at is not null)
  select c.what, c.corrected, c.channel, c.owner, c.outcome, c.within, c.le, count(*), sum(c.seconds)
  from changed w cross join lateral (
    select 'breach' as what, false as corrected, w.channel, w.owner, '' as outcome, '' as within, 0::double precision as le, 0::double precision as seconds
      where w.breach and not w.old_breach
    union all
    select 'breach', true, w.old_channel, w.old_owner, '', '', 0, 0 where w.old_breach and not w.breach
    union all
    select 'closing', false, w.channel, w.owner, w.outcome, w.within, response_edge(w.seconds), w.seconds
      where w.outcome is not null and (w.old_outcome, w.old_within, w.old_seconds) is distinct from (w.outcome, w.within, w.seconds)
    union all
    select 'closing', true, w.old_channel, w.old_owner, w.old_outcome, w.old_within, response_edge(w.old_seconds), w.old_seconds
      where w.old_outcome is not null and (w.old_outcome, w.old_within, w.old_seconds) is distinct from (w.outcome, w.within, w.seconds)
    union all
    select 'verdict', false, w.channel, w.owner, '', w.verdict, 0, 0 where w.verdict is not null and w.verdict is distinct from w.old_verdict
    union all
    select 'verdict', true, w.old_channel, w.old_owner, '', w.old_verdict, 0, 0
      where w.old_verdict is not null and w.old_verdict is distinct from w.verdict) c
  group by 1, 2, 3, 4, 5, 6, 7;
  return null;
end $$;
create trigger waits_count_changed after update on waits referencing old table as old_waits new table as new_waits
  for each statement execute function count_changed_waits();
