import {
  type Asked,
  askInstead,
  type ClockRules,
  canReach,
  chainFor,
  type EpochMs,
  isPersonal,
  type NewNotice,
  newNotice,
  type PassedOver,
  type PassedWhy,
  type Person,
  type PersonalTransport,
  type Transport,
  type WaitRow,
} from '@otklik/domain';
import { sql } from 'kysely';
import { type ClaimedNotice, type NoticeState, saveNotices } from './notices.ts';
import { iso, rowsOf } from './rows.ts';
import { signal } from './signals.ts';
import type { Db, Store } from './store.ts';
import { lockWait } from './waitRows.ts';

/** `step` of a hand-over. */
const NO_STEP = -1;

/** Records who was passed over. A stand-in found before stays. */
export async function savePassedOver(tx: Db, passed: readonly PassedOver[], now: EpochMs): Promise<void> {
  if (passed.length === 0) return;
  const rows = passed.map((each) => ({ ...each, step: each.step ?? NO_STEP, due_at: iso(each.due_at) }));
  await sql`
    insert into passed_over (wait_id, step, due_at, stage, person, why, at, instead)
    select wait_id, step, due_at, stage, person, why, ${iso(now)}::timestamptz, instead
    from ${rowsOf(rows, 'wait_id uuid, step integer, due_at timestamptz, stage text, person text, why text, instead text[]')}
    on conflict (wait_id, step, due_at, person) do update set instead = excluded.instead
    where passed_over.instead = '{}'`.execute(tx);
}

/** What all recipients of a step or hand-over are told. */
type Telling = Pick<NewNotice, 'step' | 'stage' | 'due_at' | 'late_reason'> & { readonly waitId: string };

const sameTelling = ({ waitId, step, due_at }: Telling) =>
  sql`n.wait_id = ${waitId} and n.type = 'wait.step' and n.step is not distinct from ${step}::integer
    and n.due_at = ${iso(due_at)}`;

/**
 * Nothing reaches this person: asks the next at once (law 6), despite quiet hours. Needs the wait's lock, so that
 * nobody is asked twice. Idempotent while somebody stands in. Returns the stand-ins.
 */
export async function passOver(
  tx: Db,
  rules: ClockRules,
  wait: WaitRow,
  telling: Telling,
  { person, why }: { readonly person: string; readonly why: PassedWhy },
  now: EpochMs,
): Promise<readonly string[]> {
  if (!rules.reach.hasWays) return [];
  const step = telling.step ?? NO_STEP;
  const known = await sql<{ person: string; instead: string[] }>`
    select person, instead from passed_over
    where wait_id = ${wait.id} and step = ${step} and due_at = ${iso(telling.due_at)}`.execute(tx);
  const before = known.rows.find((row) => row.person === person);
  if (before && before.instead.length > 0) return before.instead;
  const passed = new Set([person, ...known.rows.map((row) => row.person)]);
  const found = askInstead(person, passed, chainFor(rules, wait), now);
  await ask(tx, rules, wait, telling, found, person, now);
  const instead = found.map((each) => each.person);
  const about = { wait_id: wait.id, step: telling.step, due_at: telling.due_at, stage: telling.stage ?? '' };
  await savePassedOver(tx, [{ ...about, person, why, instead }], now);
  await signal(tx, { about: 'waits', changes: [{ id: wait.id, change: 'changed' }] });
  return instead;
}

/** Tells each stand-in once, and releases what their quiet hours held back. */
async function ask(
  tx: Db,
  rules: ClockRules,
  wait: WaitRow,
  telling: Telling,
  found: readonly Asked[],
  insteadOf: string,
  now: EpochMs,
): Promise<void> {
  const ids = found.map(({ person }) => person);
  const { rows: told } = await sql<{ recipient: string; transport: Transport }>`
    select n.recipient, n.transport from notices n
    where ${sameTelling(telling)} and n.recipient = any(${ids}::text[]) and n.state in ('pending', 'sending', 'sent')`.execute(
    tx,
  );
  // Locked: being sent already.
  await sql`
    update notices set held = false, next_attempt_at = ${iso(now)} where id in (
      select n.id from notices n
      where ${sameTelling(telling)} and n.recipient = any(${ids}::text[]) and n.held and n.state = 'pending'
      for update skip locked)`.execute(tx);
  const isTold = (id: string) =>
    told.some(({ recipient, transport }) => recipient === id && isPersonal(transport));
  const fresh = noticesFor(
    rules,
    wait,
    telling,
    ids.filter((id) => !isTold(id)),
    insteadOf,
  ).filter(
    (notice) =>
      !told.some((each) => each.recipient === notice.recipient && each.transport === notice.transport),
  );
  await saveNotices(tx, fresh, now);
  await signal(tx, { about: 'outbox' });
}

function noticesFor(
  rules: ClockRules,
  wait: WaitRow,
  { step, stage, due_at, late_reason }: Telling,
  people: readonly string[],
  insteadOf: string,
): NewNotice[] {
  return people.flatMap((recipient) => {
    const person = rules.people.get(recipient);
    return (person ? rules.transportsOf(person) : []).map((transport) =>
      newNotice({
        type: 'wait.step',
        wait_id: wait.id,
        channel: wait.channel,
        step,
        stage,
        recipient,
        transport,
        due_at,
        late_reason,
        instead_of: insteadOf,
      }),
    );
  });
}

/** It refused the notice, refuses us, or is slow. */
export type Failing = 'refused' | 'closed' | 'slow';

/**
 * Sends an undelivered notice by the person's next transport; with none left, to the next person of the chain, unless
 * it is only slow. Idempotent.
 */
export async function goOn(
  store: Store,
  rules: ClockRules,
  notice: ClaimedNotice,
  how: Failing,
  now: EpochMs,
): Promise<void> {
  const { recipient, transport, wait_id: waitId, type } = notice;
  // The end of a wait and the result of a reply alarm nobody.
  if (recipient === null || !isPersonal(transport) || type === 'wait.ended' || type === 'reply.told') return;
  await store.db.transaction().execute(async (tx) => {
    const wait = waitId === null ? null : await lockWait(tx, waitId);
    const isStep = type === 'wait.step';
    if (isStep && (wait === null || wait.voided_at !== null)) return;
    if (isStep && wait?.closed_at != null && !notice.held) return;
    const { rows: others } = await sql<{ transport: PersonalTransport; state: NoticeState }>`
      select n.transport, n.state from notices n
      where n.type = ${type} and n.wait_id is not distinct from ${waitId}::uuid and n.recipient = ${recipient}
        and n.step is not distinct from ${notice.step}::integer and n.due_at = ${iso(notice.due_at)}
        and n.id <> ${notice.id} and n.transport in ('telegram', 'email')`.execute(tx);
    const person = rules.people.get(recipient);
    const works = (way: PersonalTransport) => person !== undefined && rules.reach.works(person, way);
    const left = (person ? rules.reach.waysOf(person) : []).filter(
      (way) => way !== transport && !others.some((other) => other.transport === way),
    );
    // Broken transports are tried too, but the search goes on.
    const working = left.findIndex(works);
    const next = working === -1 ? left : left.slice(0, working + 1);
    await saveNotices(
      tx,
      next.map((way) => ({ ...again(notice), transport: way })),
      now,
    );
    if (next.length > 0) await signal(tx, { about: 'outbox' });
    const isTold = others.some(
      (other) =>
        other.state === 'sent' ||
        ((other.state === 'pending' || other.state === 'sending') && works(other.transport)),
    );
    if (how === 'slow' || working !== -1 || isTold) return;
    if (!isStep || notice.data !== null || wait === null || wait.closed_at !== null) return;
    await passOver(tx, rules, wait, { ...notice, waitId: wait.id }, { person: recipient, why: how }, now);
  });
}

const again = (notice: ClaimedNotice): NewNotice => {
  const { type, wait_id, channel, step, stage, recipient, transport, due_at, late_reason } = notice;
  const { held = false, instead_of = null, data } = notice;
  const about = { type, wait_id, channel, step, stage, recipient, transport, due_at, late_reason };
  return { ...about, held, instead_of, data };
};

const MOST_UNHEARD = 100;

/** Tells waits that reached nobody to somebody who can be reached now. Returns how many. */
export async function askForUnheard(store: Store, rules: ClockRules, now: EpochMs): Promise<number> {
  if (!rules.reach.hasWays || ![...rules.people.keys()].some((id) => canReach(rules, id))) return 0;
  const { rows } = await sql<{ wait_id: string }>`
    select distinct p.wait_id from passed_over p join waits w on w.id = p.wait_id
    where p.instead = '{}' and w.closed_at is null and w.voided_at is null limit ${MOST_UNHEARD}`.execute(
    store.db,
  );
  let told = 0;
  for (const { wait_id } of rows) if (await tellUnheard(store, rules, wait_id, now)) told += 1;
  return told;
}

async function tellUnheard(store: Store, rules: ClockRules, waitId: string, now: EpochMs): Promise<boolean> {
  return store.db.transaction().execute(async (tx) => {
    const wait = await lockWait(tx, waitId);
    if (wait === null || wait.closed_at !== null || wait.voided_at !== null) return false;
    const { rows } = await sql<{ person: string; step: number; due_at: EpochMs; stage: string }>`
      select person, step, due_at, stage from passed_over where wait_id = ${waitId} and instead = '{}'
      order by due_at desc, step desc, person`.execute(tx);
    const [last] = rows;
    if (!last) return false;
    const deaf = new Set(rows.map(({ person }) => person).filter((id) => !canReach(rules, id)));
    // First the very person who was not reached.
    const own = rows.find(({ person }) => canReach(rules, person))?.person;
    const found: readonly Asked[] =
      own === undefined
        ? askInstead(last.person, deaf, chainFor(rules, wait), now)
        : [{ person: own, why: 'instead' }];
    if (found.length === 0) return false;
    const telling: Telling = {
      waitId,
      step: last.step === NO_STEP ? null : last.step,
      stage: last.stage as Telling['stage'],
      due_at: last.due_at,
      late_reason: null,
    };
    await ask(tx, rules, wait, telling, found, last.person, now);
    await sql`
      update passed_over set instead = ${found.map(({ person }) => person)}::text[]
      where wait_id = ${waitId} and instead = '{}'`.execute(tx);
    await signal(tx, { about: 'waits', changes: [{ id: waitId, change: 'changed' }] });
    return true;
  });
}

/** Open waits that reached nobody. */
export async function countUnheard(store: Store): Promise<number> {
  const { rows } = await sql<{ waits: number }>`
    select count(distinct p.wait_id) as waits from passed_over p join waits w on w.id = p.wait_id
    where p.instead = '{}' and w.closed_at is null and w.voided_at is null and not exists (
      select from notices n where n.wait_id = p.wait_id and n.type = 'wait.step'
        and n.transport in ('telegram', 'email') and n.state = 'sent')`.execute(store.db);
  return rows[0]?.waits ?? 0;
}

/** As {@link noteDeadEnd} stores it. */
export const addressOf = (person: Person, transport: PersonalTransport): string | null =>
  transport === 'telegram' ? (person.telegram === null ? null : String(person.telegram)) : person.email;

/** The transport refuses this person for good. */
export async function noteDeadEnd(
  store: Store,
  person: Person,
  transport: PersonalTransport,
  problem: string,
  now: EpochMs,
): Promise<void> {
  const address = addressOf(person, transport);
  if (address === null) return;
  await store.db.transaction().execute(async (tx) => {
    await sql`
      insert into dead_ends (person, transport, address, problem, since)
      values (${person.id}, ${transport}, ${address}, ${problem}, ${iso(now)})
      on conflict (person, transport) do update set problem = excluded.problem, address = excluded.address,
        since = case when dead_ends.address = excluded.address then dead_ends.since else excluded.since end`.execute(
      tx,
    );
    await signal(tx, { about: 'people' });
  });
}

/** Something came through to this person, or from them. */
export async function endDeadEnd(store: Store, person: string, transport: PersonalTransport): Promise<void> {
  await store.db.transaction().execute(async (tx) => {
    await sql`delete from dead_ends where person = ${person} and transport = ${transport}`.execute(tx);
    await signal(tx, { about: 'people' });
  });
}

/** The transport refuses us, until the set-up is mended. */
export async function closeTransport(
  store: Store,
  transport: PersonalTransport,
  problem: string,
  now: EpochMs,
): Promise<void> {
  await store.db.transaction().execute(async (tx) => {
    await sql`
      insert into closed_transports (transport, problem, since) values (${transport}, ${problem}, ${iso(now)})
      on conflict (transport) do update set problem = excluded.problem`.execute(tx);
    await signal(tx, { about: 'people' });
  });
}

/** It works again: retries waiting notices. The claim cancels outdated ones (law 9). */
export async function openTransport(store: Store, transport: PersonalTransport, now: EpochMs): Promise<void> {
  await store.db.transaction().execute(async (tx) => {
    await sql`delete from closed_transports where transport = ${transport}`.execute(tx);
    await sql`
      update notices set next_attempt_at = ${iso(now)}, attempts = 1, tried_since = null
      where state = 'pending' and transport = ${transport} and attempts > 0 and next_attempt_at > ${iso(now)}`.execute(
      tx,
    );
    await signal(tx, { about: 'people' });
    await signal(tx, { about: 'outbox' });
  });
}
