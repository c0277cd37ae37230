import {
  type Asked,
  type Attempt,
  type CadenceAction,
  type ClockRules,
  channelIn,
  type EpochMs,
  newNotice,
  nextAttempt,
  personInCharge,
  quietUntil,
  type RecordRules,
  reachable,
  type WaitRow,
} from '@otklik/domain';
import { sql } from 'kysely';
import {
  type AttemptRow,
  announceAttempt,
  CADENCE_COLUMNS,
  type CadenceRow,
  type CadenceSaid,
  cadenceOf,
  endCadence,
  planOfCadence,
  settleCalls,
} from './cadences.ts';
import { mayBeAnswered } from './clock.ts';
import { saveNotices } from './notices.ts';
import { iso, isoOrNull } from './rows.ts';
import { signal } from './signals.ts';
import type { Db, Store } from './store.ts';
import { lockWait } from './waitRows.ts';

type Rules = ClockRules & RecordRules;

const MOST_AT_ONCE = 100;

export interface CadenceLook {
  readonly now: EpochMs;
  /** An answer may lie there, unread or unrecorded: nothing begins that it would end. */
  readonly unread: readonly string[];
  readonly unrecorded: readonly string[];
}

/** An attempt that has just become due. */
export interface MadeAttempt extends Attempt {
  readonly outcome: string | null;
}

/** Makes what is due of the call-back plans, each attempt once. Several clocks may run at once. */
export async function fireCadences(
  store: Store,
  rules: Rules,
  look: CadenceLook,
  failed: (error: unknown) => void,
): Promise<MadeAttempt[]> {
  if (rules.cadence === null) return [];
  const { rows } = await sql<{ id: string }>`
    select k.id from cadences k join waits w on w.id = k.wait_id
    where k.state = 'running' and k.due_at <= ${iso(look.now)} and not ${mayBeAnswered(look.unread, look.unrecorded)}
    order by k.due_at limit ${MOST_AT_ONCE}`.execute(store.db);
  const made: MadeAttempt[] = [];
  for (const { id } of rows) {
    try {
      const attempt = await store.db.transaction().execute((tx) => fireOne(tx, id, rules, look.now));
      if (attempt !== null) made.push(attempt);
    } catch (error) {
      failed(error); // one that cannot go on holds up no other
    }
  }
  return made;
}

async function fireOne(tx: Db, id: string, rules: Rules, now: EpochMs): Promise<MadeAttempt | null> {
  const found = await sql<{ wait_id: string }>`select wait_id from cadences where id = ${id}`.execute(tx);
  // The wait before the cadence, as recording does.
  const wait = await lockWait(tx, found.rows[0]?.wait_id ?? id);
  const { rows } = await sql<CadenceRow>`
    select ${CADENCE_COLUMNS} from cadences k
    where k.id = ${id} and k.state = 'running' and k.due_at <= ${iso(now)} for update skip locked`.execute(
    tx,
  );
  const [cadence] = rows;
  if (!cadence || !wait) return null;
  const plan = planOfCadence(cadence);
  const zone = rules.cadence?.zone ?? 'UTC';
  const attempt = nextAttempt(cadenceOf(cadence), plan, rules.calendar, zone, now);
  if (attempt === null) {
    await endCadence(tx, cadence, 'completed', null, rules, now);
    return null;
  }
  if (attempt.at > now) {
    await putOff(tx, cadence.id, attempt.at);
    return null;
  }
  await closeDaysBefore(tx, cadence, attempt, wait, rules, now);
  const outcome = OUTCOME[attempt.do];
  await save(tx, cadence, attempt, outcome);
  await announceAttempt(tx, cadence, rowOf(attempt, outcome), rules, now);
  await tell(tx, cadence, attempt, wait, rules, now);
  const after = { ...cadenceOf(cadence), done: cadence.done + 1, lastAt: attempt.at, notBefore: null };
  const next = nextAttempt(after, plan, rules.calendar, zone, now);
  const isControl = attempt.do === 'control';
  if (next === null && !isControl) await endCadence(tx, cadence, 'completed', null, rules, now);
  else
    await sql`
      update cadences set done = ${after.done}, last_at = ${iso(attempt.at)}, not_before = null,
        state = ${isControl ? 'control' : 'running'}, due_at = ${isoOrNull(isControl ? null : (next?.at ?? null))}
      where id = ${cadence.id}`.execute(tx);
  if (next !== null) await signal(tx, { about: 'due', at: next.at });
  return { ...attempt, outcome };
}

/** What is done as it becomes due; of the rest a person or the line tells. */
const OUTCOME: Readonly<Record<CadenceAction, string | null>> = {
  call: null,
  message: null,
  email_or_sms: null,
  task: 'created',
  return_to_source: null,
  control: 'created',
};

const rowOf = ({ index, day, do: action, at }: Attempt, outcome: string | null): AttemptRow => ({
  index,
  day,
  action,
  means: null,
  at,
  outcome,
  by: null,
});

async function putOff(tx: Db, id: string, at: EpochMs): Promise<void> {
  await sql`update cadences set due_at = ${iso(at)} where id = ${id}`.execute(tx);
  await signal(tx, { about: 'due', at });
}

async function save(tx: Db, { id }: CadenceRow, attempt: Attempt, outcome: string | null): Promise<void> {
  const { index, day, at } = attempt;
  await sql`
    insert into cadence_attempts (cadence_id, index, day, action, at, outcome)
    values (${id}, ${index}, ${day}, ${attempt.do}, ${iso(at)}, ${outcome})`.execute(tx);
}

/** A call of a day that is over was not made: its person's head reads so. */
async function closeDaysBefore(
  tx: Db,
  cadence: CadenceRow,
  attempt: Attempt,
  wait: WaitRow,
  rules: Rules,
  now: EpochMs,
): Promise<void> {
  const { rows } = await sql<{ day: number }>`
    select day from cadence_attempts where cadence_id = ${cadence.id} and outcome is null and action = 'call'`.execute(
    tx,
  );
  if (!rows.some(({ day }) => day < attempt.day)) return;
  const open = await settleCalls(tx, cadence, 'not_made', null, rules, now);
  const day = Math.max(...rows.map((each) => each.day));
  if (open > 0) {
    const said = { cadence: cadence.id, day, do: 'call', means: null, outcome: 'not_made', at: now } as const;
    await tellPeople(tx, wait, attempt.index, headOf(wait, rules), said, rules, now);
  }
}

async function tell(
  tx: Db,
  cadence: CadenceRow,
  { day, do: action, at, index }: Attempt,
  wait: WaitRow,
  rules: Rules,
  now: EpochMs,
): Promise<void> {
  const asked =
    action === 'return_to_source' || action === 'control' ? headOf(wait, rules) : inCharge(wait, rules, now);
  const said: CadenceSaid = {
    cadence: cadence.id,
    day,
    do: action,
    means: null,
    outcome: OUTCOME[action],
    at,
  };
  await tellPeople(tx, wait, index, asked, said, rules, now);
}

const inCharge = (wait: WaitRow, rules: Rules, now: EpochMs): Asked =>
  personInCharge(
    { owner: wait.owner, ownerWhy: wait.owner_why },
    channelIn(rules, wait.channel),
    rules.people,
    now,
  );

const headOf = (wait: WaitRow, rules: Rules): Asked => {
  const { head, owner } = channelIn(rules, wait.channel);
  return { person: head ?? owner, why: 'head' };
};

/** Whoever cannot be reached is passed over (law 6); a head's quiet hours hold it back. */
async function tellPeople(
  tx: Db,
  wait: WaitRow,
  index: number,
  asked: Asked,
  data: CadenceSaid,
  rules: Rules,
  now: EpochMs,
): Promise<void> {
  const step = { step: index, dueAt: now, stage: 'waiting', asked: [asked] } as const;
  const found = reachable(wait, step, rules, now).asked;
  const reached = found.length > 1 ? found.slice(1) : found;
  const about = {
    type: 'cadence.attempt',
    wait_id: wait.id,
    channel: wait.channel,
    step: index,
    data,
  } as const;
  const notices = reached.flatMap(({ person: recipient, why }) => {
    const person = rules.people.get(recipient);
    if (!person) return [];
    const notBefore = why === 'head' ? (quietUntil(person, now) ?? now) : now;
    return rules
      .transportsOf(person)
      .filter((transport) => transport !== 'webhook')
      .map((transport) =>
        newNotice({ ...about, recipient, transport, due_at: data.at, not_before: notBefore }),
      );
  });
  await saveNotices(tx, notices, now);
  if (notices.length > 0) await signal(tx, { about: 'outbox' });
}
