import { randomUUID } from 'node:crypto';
import {
  type Cadence,
  type CadenceAction,
  type CadenceEnd,
  type CadencePlan,
  type ChangedWait,
  cadenceEndOf,
  channelIn,
  DAY,
  type EpochMs,
  type Event,
  isCallInVain,
  newNotice,
  nextAttempt,
  type RecordRules,
  type Transport,
  type WaitRow,
  type Weekday,
  whoOfOurs,
} from '@otklik/domain';
import { sql } from 'kysely';
import { type EventRow, eventOf } from './history.ts';
import { saveNotices } from './notices.ts';
import { iso, isoOrNull, type Row } from './rows.ts';
import { signal } from './signals.ts';
import type { Db } from './store.ts';

/** A cadence with its wait. */
export interface CadenceRow
  extends Row<
    'cadences',
    | 'id'
    | 'wait_id'
    | 'client_zone'
    | 'started_at'
    | 'done'
    | 'last_at'
    | 'not_before'
    | 'due_at'
    | 'ended_at'
    | 'end_reason'
  > {
  readonly state: 'running' | 'control' | 'ended';
  readonly plan: StoredPlan;
}

/** A plan as JSON keeps it. */
export type StoredPlan = Omit<CadencePlan, 'skip'> & { readonly skip: readonly Weekday[] };

export const CADENCE_COLUMNS = sql.raw(
  'k.id, k.wait_id, k.state, k.plan, k.client_zone, k.started_at, k.done, k.last_at, k.not_before, k.due_at, k.ended_at, k.end_reason',
);

export const planOfCadence = ({ plan }: Pick<CadenceRow, 'plan'>): CadencePlan => ({
  ...plan,
  skip: new Set(plan.skip),
});

export const cadenceOf = (row: CadenceRow): Cadence => ({
  startedAt: row.started_at,
  clientZone: row.client_zone,
  done: row.done,
  lastAt: row.last_at,
  notBefore: row.not_before,
});

/** A call in vain that only became known so much later begins nothing. */
const STARTS_WITHIN_MS = DAY;

/**
 * Begins and ends cadences with what has just been recorded (clause S8), in the same transaction: whoever turns up or is
 * reached is tried no more. Without `cadence` in otklik.yaml nothing happens.
 */
export async function followCadences(
  tx: Db,
  fresh: readonly EventRow[],
  changes: readonly ChangedWait[],
  rules: RecordRules,
  now: EpochMs,
): Promise<void> {
  if (rules.cadence === null) return;
  const begun = changes.flatMap(({ wait, before }) => (begins(wait, before, now) ? [wait] : []));
  const touched = [...fresh, ...changes.map(({ wait }) => wait)];
  const clients = [...new Set(touched.map(({ client_id }) => client_id))];
  const running = await runningOf(tx, clients);
  const still = new Set<string>();
  for (const cadence of running) {
    const events = fresh.filter((row) => row.client_id === cadence.client_id).map(eventOf);
    const reason = endOf(cadence, events, rules);
    if (reason === null) {
      still.add(cadence.client_id);
      await noteCallsInVain(tx, cadence, events, rules, now);
    } else await endCadence(tx, cadence, reason, byWhom(events, rules), rules, now);
  }
  for (const wait of begun) {
    if (still.has(wait.client_id)) continue;
    still.add(wait.client_id);
    await begin(tx, wait, rules.cadence, rules, now);
  }
}

const begins = (wait: WaitRow, before: WaitRow | null, now: EpochMs): boolean =>
  wait.outcome === 'attempted' &&
  before?.outcome !== 'attempted' &&
  !wait.history &&
  !wait.test &&
  wait.closed_at !== null &&
  wait.closed_at > now - STARTS_WITHIN_MS;

type Running = CadenceRow & {
  readonly client_id: string;
  readonly outcome: string | null;
  readonly voided_at: EpochMs | null;
};

/** Locked, in the order of ids. */
async function runningOf(tx: Db, clients: readonly string[]): Promise<Running[]> {
  if (clients.length === 0) return [];
  const { rows } = await sql<Running>`
    select ${CADENCE_COLUMNS}, w.client_id, w.outcome, w.voided_at from cadences k join waits w on w.id = k.wait_id
    where k.state <> 'ended' and w.client_id = any(${clients}::uuid[]) order by k.id for update of k`.execute(
    tx,
  );
  return rows;
}

function endOf(cadence: Running, events: readonly Event[], rules: RecordRules): CadenceEnd | null {
  const minCallOf = (channel: string) => channelIn(rules, channel).policy.countsAsAnswer.minCall;
  const reason = cadenceEndOf(events, cadence.started_at, minCallOf);
  if (reason !== null) return reason;
  // Later knowledge: the call was no attempt in vain after all, or the client waits again.
  if (cadence.outcome === 'attempted' && cadence.voided_at === null) return null;
  return cadence.outcome === 'answered' ? 'reached' : 'client_turned_up';
}

const byWhom = (events: readonly Event[], rules: RecordRules): string | null =>
  events.flatMap((event) => whoOfOurs(event, rules) ?? []).at(-1) ?? null;

/** Our side has called: then the call of the plan was made. */
async function noteCallsInVain(
  tx: Db,
  cadence: CadenceRow,
  events: readonly Event[],
  rules: RecordRules,
  now: EpochMs,
): Promise<void> {
  for (const call of events.filter(isCallInVain))
    if (call.at > cadence.started_at)
      await settleCalls(tx, cadence, 'not_reached', whoOfOurs(call, rules), rules, now);
}

/** Says what became of the calls that are still open. @returns how many were. */
export async function settleCalls(
  tx: Db,
  cadence: Pick<CadenceRow, 'id' | 'wait_id'>,
  outcome: 'reached' | 'not_reached' | 'not_made' | 'needless',
  by: string | null,
  rules: Pick<RecordRules, 'announce'>,
  now: EpochMs,
): Promise<number> {
  const { rows } = await sql<AttemptRow>`
    update cadence_attempts set outcome = ${outcome}, by = ${by}
    where cadence_id = ${cadence.id} and outcome is null and action = 'call'
    returning index, day, action, means, at, outcome, by`.execute(tx);
  for (const attempt of rows) await announceAttempt(tx, cadence, attempt, rules, now);
  return rows.length;
}

export interface AttemptRow
  extends Row<'cadence_attempts', 'index' | 'day' | 'means' | 'at' | 'outcome' | 'by'> {
  readonly action: CadenceAction;
}

/** Data of the notices `cadence.attempt` and `cadence.ended`. */
export type CadenceSaid =
  | {
      readonly cadence: string;
      readonly day: number;
      readonly do: CadenceAction;
      readonly means: string | null;
      readonly outcome: string | null;
      readonly at: EpochMs;
    }
  | { readonly cadence: string; readonly reason: CadenceEnd; readonly at: EpochMs };

/** To the company's own systems. */
export async function announceAttempt(
  tx: Db,
  { id, wait_id }: Pick<CadenceRow, 'id' | 'wait_id'>,
  { day, action, means, outcome, at, index }: AttemptRow,
  { announce }: Pick<RecordRules, 'announce'>,
  now: EpochMs,
): Promise<void> {
  const data: CadenceSaid = { cadence: id, day, do: action, means, outcome, at };
  const about = { type: 'cadence.attempt', wait_id, step: index, due_at: now, data } as const;
  await saveNotices(
    tx,
    announce.map((transport) => newNotice({ ...about, transport })),
    now,
  );
  if (announce.length > 0) await signal(tx, { about: 'outbox' });
}

/** Ends it, and says why. `by`: who reached them or let go of them. */
export async function endCadence(
  tx: Db,
  cadence: Pick<CadenceRow, 'id' | 'wait_id'>,
  reason: CadenceEnd,
  by: string | null,
  rules: Pick<RecordRules, 'announce'>,
  now: EpochMs,
): Promise<void> {
  const data: CadenceSaid = { cadence: cadence.id, reason, at: now };
  await tellAsked(tx, cadence, by, data, now);
  await settleCalls(tx, cadence, reason === 'reached' ? 'reached' : 'needless', by, rules, now);
  await sql`
    update cadence_attempts set outcome = 'needless' where cadence_id = ${cadence.id} and outcome is null`.execute(
    tx,
  );
  await sql`
    update cadences set state = 'ended', ended_at = ${iso(now)}, end_reason = ${reason}, due_at = null
    where id = ${cadence.id}`.execute(tx);
  const about = { type: 'cadence.ended', wait_id: cadence.wait_id, due_at: now, data } as const;
  await saveNotices(
    tx,
    rules.announce.map((transport) => newNotice({ ...about, transport })),
    now,
  );
  if (rules.announce.length > 0) await signal(tx, { about: 'outbox' });
}

/** Whoever has read that they should call, write or check reads that they need not. Not `by`, who knows. */
async function tellAsked(
  tx: Db,
  { id, wait_id }: Pick<CadenceRow, 'id' | 'wait_id'>,
  by: string | null,
  data: CadenceSaid,
  now: EpochMs,
): Promise<void> {
  const { rows } = await sql<{ recipient: string; transport: Transport; channel: string | null }>`
    select distinct n.recipient, n.transport, n.channel from notices n
    join cadence_attempts a on a.cadence_id = ${id} and a.index = n.step
    where n.wait_id = ${wait_id} and n.type = 'cadence.attempt' and n.recipient is not null
      and n.data->>'cadence' = ${id} and n.state in ('sending', 'sent') and a.outcome is null`.execute(tx);
  const told = rows.filter(({ recipient }) => recipient !== by);
  await saveNotices(
    tx,
    told.map((each) => newNotice({ type: 'cadence.ended', wait_id, ...each, due_at: now, data })),
    now,
  );
  if (told.length > 0) await signal(tx, { about: 'outbox' });
}

async function begin(
  tx: Db,
  wait: WaitRow,
  { plan, zone }: NonNullable<RecordRules['cadence']>,
  rules: RecordRules,
  now: EpochMs,
): Promise<void> {
  const started: Cadence = {
    startedAt: wait.closed_at ?? now,
    clientZone: null,
    done: 0,
    lastAt: null,
    notBefore: null,
  };
  const first = nextAttempt(started, plan, rules.calendar, zone, now);
  if (first === null) return;
  const stored: StoredPlan = { ...plan, skip: [...plan.skip] };
  await sql`
    insert into cadences (id, wait_id, state, plan, client_zone, started_at, due_at)
    values (${randomUUID()}, ${wait.id}, 'running', ${JSON.stringify(stored)}::jsonb, null, ${iso(started.startedAt)}, ${isoOrNull(first.at)})`.execute(
    tx,
  );
  await signal(tx, { about: 'due', at: first.at });
}
