import type { Stage, StepsSoFar } from '@otklik/domain';
import { sql } from 'kysely';
import type { Db } from './store.ts';

/** Whom each wait's steps have asked. A skipped step counts for the stage of its due time. */
export async function askedSoFar(tx: Db, waits: readonly string[]): Promise<Map<string, StepsSoFar>> {
  if (waits.length === 0) return new Map();
  const { rows } = await sql<{
    id: string;
    asked: { stage: Stage; person: string; times: number }[];
    last: number;
  }>`
    select wait_id as id, max(last)::integer as last, json_agg(json_build_object('stage', stage, 'person', person, 'times', times)) as asked
    from (
      select s.wait_id, at.stage, r.person, count(*) as times, max(s.step) as last
      from steps s join waits w on w.id = s.wait_id cross join unnest(s.recipients) as r (person)
      cross join lateral (select case when s.skipped and s.step > 0 and s.due_at < w.breach_at then 'warned' else s.stage end as stage) at
      where s.wait_id = any(${[...waits]}::uuid[]) group by s.wait_id, at.stage, r.person) counted
    group by wait_id`.execute(tx);
  return new Map(
    rows.map(({ id, asked, last }) => {
      const byStage: Record<string, Record<string, number>> = {};
      for (const { stage, person, times } of asked) byStage[stage] = { ...byStage[stage], [person]: times };
      return [id, { asked: byStage, lastStep: last }];
    }),
  );
}
