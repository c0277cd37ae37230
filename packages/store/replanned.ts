import {
  type AskedSoFar,
  channelIn,
  type EpochMs,
  type Rules,
  replan,
  SECOND,
  type Stage,
} from '@otklik/domain';
import { sql } from 'kysely';
import { isPlannedOtherwise, planOf } from './plans.ts';
import { type Correction, firstDue, openWaitOf } from './record.ts';
import { iso } from './rows.ts';
import type { Db } from './store.ts';
import type { WaitRow } from './waitRows.ts';

/** What the steps of a wait have done so far. */
export interface StepsSoFar {
  readonly asked: AskedSoFar;
  readonly lastStep: number;
}

export const NOBODY_ASKED: StepsSoFar = { asked: {}, lastStep: 0 };

/** By wait: whom its steps have asked. A skipped step has the stage of its due time; it is told of by the one that fired in its place. */
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

/** An open wait under its channel's policy: itself where that has planned it. */
export function underPresentPolicy(
  wait: WaitRow,
  before: StepsSoFar,
  rules: Rules,
  now: EpochMs,
): { readonly wait: WaitRow; readonly corrections: readonly Correction[] } {
  const plan = planOf(rules, wait.channel);
  if (!isPlannedOtherwise(wait, rules))
    return { wait: wait.plan === plan ? wait : { ...wait, plan }, corrections: [] };
  const channel = channelIn(rules, wait.channel);
  const { policy } = channel;
  const next = replan(
    openWaitOf(wait, channel),
    before.asked,
    before.lastStep,
    policy,
    rules.calendar,
    rules.people,
    now,
  );
  const [warnAt, breachAt] = [wait.opened_at + policy.warn, wait.opened_at + policy.breach];
  // What was overdue already is late for another reason than the policy.
  const wasOverdue = wait.due_at !== null && wait.due_at < now - SECOND;
  const planned: WaitRow = {
    ...wait,
    plan,
    replanned: next.replanned,
    steps_done: next.stepsDone,
    missed_told: wait.missed_told || next.missedTold,
    warn_at: warnAt,
    breach_at: breachAt,
    warned_at: next.warned ? warnAt : null,
    breached_at: next.breached ? breachAt : null,
    policy_at: wasOverdue ? wait.policy_at : now,
  };
  const corrections = (['warned_at', 'breached_at'] as const).flatMap((field) => {
    const [was, became] = [wait[field], planned[field]];
    if (was === null || was === became) return [];
    return [
      {
        wait_id: wait.id,
        field,
        was: iso(was),
        became: became === null ? null : iso(became),
        reason: 'policy',
      },
    ];
  });
  return { wait: { ...planned, due_at: firstDue(planned, rules) }, corrections };
}
