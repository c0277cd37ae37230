import type { EpochMs } from '@otklik/domain';
import { sql } from 'kysely';
import { inScope, type Scope } from './reads.ts';
import { iso } from './rows.ts';
import type { Store } from './store.ts';

/** Of waits that opened in the span. */
export interface OwnerReport {
  readonly owner: string;
  readonly waits: number;
  readonly answered: number;
  /** Less what disputes and outages excuse. */
  readonly within_breach: number;
  /** Answered or called back by a person in time. `judged`: window ended; see `verdictOf`. */
  readonly in_time: number;
  readonly judged: number;
  /** Judged, not in time. */
  readonly breached: number;
  /** Past the window only by late delivery: not the owner's fault. */
  readonly late_delivered: number;
  readonly late_delivered_seconds: number;
  readonly excused: number;
  readonly excused_seconds: number;
  readonly p50: number | null;
  /** Only a nod. */
  readonly formal: number;
  readonly no_reply_needed: number;
  /** Outside working hours: credit. */
  readonly after_hours_answered: number;
  /** Late replies of known words; how many apologised, thanked (clause S6). */
  readonly late_replies: number;
  readonly apologised: number;
  readonly thanked: number;
}

/** One row per owner with waits in the span. */
export async function ownerReport(
  store: Store,
  query: { readonly from: EpochMs; readonly to: EpochMs; readonly scope: Scope; readonly owner?: string },
): Promise<OwnerReport[]> {
  const conditions = [
    sql`is_counted(w)`,
    sql`w.opened_at >= ${iso(query.from)}`,
    sql`w.opened_at < ${iso(query.to)}`,
    ...(query.owner === undefined ? [] : [sql`w.owner = ${query.owner}`]),
    ...inScope(query.scope),
  ];
  const found = await sql<OwnerReport>`
    with counted as (
      select w.*, w.outcome in ('answered', 'self_served') as reached, wait_verdict(w) as verdict,
        extract(epoch from w.breach_at - w.opened_at) as allowed,
        greatest(0, w.response_seconds - w.excused_seconds) as account
      from waits w where ${sql.join(conditions, sql` and `)}),
    judged as (
      select *,
        breached_at is not null and late_delivered > 0
          and coalesce(response_seconds, 0) - late_delivered <= allowed and closed_at is not null as not_theirs,
        outcome = 'answered' and (etiquette->>'late')::boolean and etiquette->>'apology' is not null as late_reply
      from counted)
    select owner, count(*) as waits,
      count(*) filter (where reached) as answered,
      count(*) filter (where reached and verdict = 'in_time') as within_breach,
      count(*) filter (where verdict = 'in_time') as in_time,
      count(verdict) as judged,
      count(*) filter (where verdict = 'late') as breached,
      count(*) filter (where not_theirs) as late_delivered,
      coalesce(sum(late_delivered), 0) as late_delivered_seconds,
      count(*) filter (where excused_seconds > 0) as excused,
      coalesce(sum(excused_seconds), 0) as excused_seconds,
      percentile_cont(0.5) within group (order by account) filter (where reached) as p50,
      count(*) filter (where formal_answer and reached) as formal,
      count(*) filter (where outcome = 'no_reply_needed') as no_reply_needed,
      count(*) filter (where reached and after_hours) as after_hours_answered,
      count(*) filter (where late_reply) as late_replies,
      count(*) filter (where late_reply and (etiquette->>'apology')::boolean) as apologised,
      count(*) filter (where late_reply and (etiquette->>'thanks')::boolean) as thanked
    from judged group by owner order by owner`.execute(store.db);
  return found.rows;
}
