import { randomUUID } from 'node:crypto';
import {
  type ClockRules,
  canReach,
  channelIn,
  type Decision,
  type DurationMs,
  type EpochMs,
  firstDue,
  type NewNotice,
  newNotice,
  type PlannedRules,
  type RecordRules,
  SECOND,
  takenUntil,
  type WaitRow,
  whyDeaf,
} from '@otklik/domain';
import { sql } from 'kysely';
import { acceptHandOver, saveHandOver } from './handOvers.ts';
import { tellHandOverByMail } from './mailEnds.ts';
import { saveNotices, wantEdits } from './notices.ts';
import { saveOrderedCall } from './orderedCalls.ts';
import { passOver } from './reach.ts';
import { recordIn } from './record.ts';
import { iso } from './rows.ts';
import { signal } from './signals.ts';
import type { Db, Store } from './store.ts';
import { lockWait, saveWaits } from './waitRows.ts';

/** Refusals are values: the person is told why. */
export type Commanded =
  | { readonly outcome: 'done'; readonly wait: WaitRow }
  | {
      readonly outcome: 'refused';
      readonly reason:
        | 'unknown_wait'
        | 'already_closed'
        | 'already_taken'
        | 'taken_by_other'
        | 'not_taken'
        | 'just_called'
        | 'unknown_person'
        | 'same_owner';
      readonly wait: WaitRow | null;
    };

/** What a person does to the wait `id`. */
type Command = (
  store: Store,
  rules: PlannedRules,
  id: string,
  by: string,
  now: EpochMs,
) => Promise<Commanded>;

/** «Беру»: pauses the chain for the policy's lease. One taker at a time; each person once per wait. */
export const acknowledgeWait: Command = async (store, rules, id, by, now) =>
  command(store, id, by, 'take', now, {}, async (tx, wait) => {
    if (isTakenByOther(wait, by, now)) return 'taken_by_other';
    // Accepts a hand-over; the chain does not pause again.
    if (wait.takers.includes(by))
      return (await accept(tx, wait, by, now)).includes(wait.id) ? wait : 'already_taken';
    return acknowledge(tx, wait, by, channelIn(rules, wait.channel).policy.takeLease, rules, now);
  });

const isTakenByOther = (wait: WaitRow, by: string, now: EpochMs): boolean =>
  wait.taken_by !== null && wait.taken_by !== by && (wait.taken_until ?? 0) > now;

async function acknowledge(
  tx: Db,
  wait: WaitRow,
  by: string,
  lease: DurationMs,
  rules: PlannedRules,
  now: EpochMs,
): Promise<WaitRow> {
  const taken: WaitRow = {
    ...wait,
    taken_by: by,
    taken_until: now + lease,
    takers: [...wait.takers, by],
    chain_shift_ms: wait.chain_shift_ms + lease,
  };
  const after = { ...taken, due_at: firstDue(taken, rules) };
  await accept(tx, wait, by, now);
  await saveAndTell(tx, after, now);
  return after;
}

/** Accepts hand-overs and edits their pings. Returns the waits. */
async function accept(tx: Db, wait: WaitRow, by: string, now: EpochMs): Promise<readonly string[]> {
  const accepted = await acceptHandOver(tx, wait.id, by);
  await wantEdits(tx, accepted, now);
  if (accepted.length > 0)
    await signal(tx, { about: 'waits', changes: accepted.map((id) => ({ id, change: 'changed' })) });
  return accepted;
}

/** «Отпустить»: gives the rest of the lease back; the chain goes on at once. */
export const releaseWait: Command = async (store, rules, id, by, now) =>
  command(store, id, by, 'release', now, {}, async (tx, wait) => {
    if (wait.taken_by !== by || (wait.taken_until ?? 0) <= now) return 'not_taken';
    const released = withoutLease(wait, now);
    const after = { ...released, due_at: firstDue(released, rules) };
    await saveAndTell(tx, after, now);
    return after;
  });

/** Ends the lease; the chain no longer waits for the rest of it. */
export const withoutLease = (wait: WaitRow, now: EpochMs): WaitRow => ({
  ...wait,
  taken_by: null,
  taken_until: null,
  chain_shift_ms: wait.chain_shift_ms - Math.max(0, (wait.taken_until ?? now) - now),
});

/** It rings only after a while; a second order before that would dial twice. */
const CALL_AGAIN_AFTER_MS = 20 * SECOND;

interface CallOrder {
  /** The line that dials. */
  readonly via: string;
  readonly press: string;
  /** E.164 if the client only typed it; null: attested. */
  readonly typed: string | null;
}

/**
 * Records a call-back before the exchange is asked. On `done` the caller asks it once, and reports failure by
 * {@link callFailed}. `press`: idempotency key. Also a take, if this person has not had theirs.
 */
export async function beginCall(
  store: Store,
  rules: PlannedRules,
  id: string,
  by: string,
  { via, press, typed }: CallOrder,
  now: EpochMs,
): Promise<Commanded> {
  return command(store, id, by, 'call', now, { via, press }, async (tx, wait) => {
    if (isTakenByOther(wait, by, now)) return 'taken_by_other';
    const { rows } = await sql<{ action: string; at: EpochMs; press: string | null }>`
      select action, at, details->>'press' as press from audit
      where wait_id = ${id} and action in ('call', 'call_refused') order by position desc`.execute(tx);
    const [last] = rows;
    const isRecent = last?.action === 'call' && last.at > now - CALL_AGAIN_AFTER_MS;
    if (isRecent || rows.some((row) => row.press === press)) return 'just_called';
    if (typed !== null) {
      const { channel: its, thread } = wait;
      await saveOrderedCall(tx, { channel: its, thread, via, number: typed, by }, now);
    }
    return wait.takers.includes(by)
      ? wait
      : acknowledge(tx, wait, by, channelIn(rules, wait.channel).policy.takeLease, rules, now);
  });
}

/** The exchange did not dial. `refused`: may be ordered again at once; `unknown`: it may be ringing. */
export async function callFailed(
  store: Store,
  id: string,
  by: string,
  how: 'refused' | 'unknown',
  via: string,
  now: EpochMs,
): Promise<void> {
  await writeAudit(store.db, { at: now, actor: by, action: `call_${how}`, waitId: id, details: { via } });
  await signal(store.db, { about: 'waits', changes: [{ id, change: 'changed' }] });
}

/**
 * Makes another person the owner and tells them at once. The chain keeps its times; a lease ends. Untaken within the
 * policy's lease it goes back: `returnUntaken`.
 */
export const handOver = (
  store: Store,
  rules: ClockRules,
  id: string,
  by: string,
  to: string,
  now: EpochMs,
): Promise<Commanded> => give(store, rules, id, { by, to, batch: randomUUID(), tellAt: now }, now);

interface Giving {
  readonly by: string;
  readonly to: string;
  readonly batch: string;
  readonly tellAt: EpochMs;
}

async function give(
  store: Store,
  rules: ClockRules,
  id: string,
  { by, to, batch, tellAt }: Giving,
  now: EpochMs,
): Promise<Commanded> {
  return command(store, id, by, 'hand_over', now, { to }, async (tx, wait) => {
    const person = rules.people.get(to);
    if (!person) return 'unknown_person';
    if (wait.owner === to) return 'same_owner';
    const handed = { ...withoutLease(wait, now), owner: to, owner_why: 'handed_over' as const };
    const after = { ...handed, due_at: firstDue(handed, rules) };
    const until = takenUntil(channelIn(rules, wait.channel).policy, rules.calendar, now);
    // Nobody needs to accept their own hand-over; nobody can where nobody is notified.
    const state = by === to || !rules.reach.hasWays ? 'accepted' : 'pending';
    await saveHandOver(tx, id, batch, { giver: by, from: wait.owner, to, until, state }, now);
    await saveAndTell(tx, after, now);
    const notices = noticesToNewOwner(after, rules, now).map((each) => ({ ...each, not_before: tellAt }));
    await saveNotices(tx, notices, now);
    await tellHandOverByMail(tx, after, by, rules, now);
    if (!canReach(rules, to)) {
      const stage = now >= wait.breach_at ? 'breached' : 'warned';
      const telling = { waitId: id, step: null, stage, due_at: now, late_reason: null } as const;
      await passOver(tx, rules, after, telling, { person: to, why: whyDeaf(rules, to) }, now);
    }
    return after;
  });
}

/** Tells the owner, or a stand-in, about the new wait. */
export function noticesToNewOwner(
  wait: WaitRow,
  rules: ClockRules,
  now: EpochMs,
  recipient: string = wait.owner,
): NewNotice[] {
  const person = rules.people.get(recipient);
  // History is told to nobody (law 7).
  const isTold = person !== undefined && !wait.history;
  const personal = isTold ? rules.transportsOf(person).filter((transport) => transport !== 'webhook') : [];
  const stage = now >= wait.breach_at ? 'breached' : 'warned';
  const about = { type: 'wait.step', wait_id: wait.id, channel: wait.channel, stage, recipient } as const;
  return personal.map((transport) => newNotice({ ...about, transport, due_at: now }));
}

/** If {@link handOverAll} crashes, its notices go out after this. */
const TOGETHER_WITHIN_MS = 60 * SECOND;

/**
 * Hands over a person's open waits, of all or some `channels`. One message tells of all, and taking one takes all.
 * Returns how many.
 */
export async function handOverAll(
  store: Store,
  rules: ClockRules,
  from: string,
  by: string,
  to: string,
  now: EpochMs,
  channels: readonly string[] | null = null,
): Promise<number> {
  const { rows } = await sql<{ id: string }>`
    select id from waits
    where owner = ${from} and closed_at is null and voided_at is null
      and (${channels}::text[] is null or channel = any(${channels}::text[]))
    order by opened_at`.execute(store.db);
  const giving = { by, to, batch: randomUUID(), tellAt: now + TOGETHER_WITHIN_MS };
  const handed: string[] = [];
  for (const { id } of rows)
    if ((await give(store, rules, id, giving, now)).outcome === 'done') handed.push(id);
  await tellNow(store, handed, to, now);
  return handed.length;
}

/** Sends the notices that waited for each other. */
async function tellNow(
  store: Store,
  waits: readonly string[],
  recipient: string,
  now: EpochMs,
): Promise<void> {
  if (waits.length === 0) return;
  await store.db.transaction().execute(async (tx) => {
    await sql`
      update notices set next_attempt_at = ${iso(now)} where id in (
        select id from notices
        where wait_id = any(${waits}::uuid[]) and recipient = ${recipient} and step is null and due_at = ${iso(now)}
          and state = 'pending' and attempts = 0
        order by id for update)`.execute(tx);
    await signal(tx, { about: 'outbox' });
  });
}

/** A person says that no reply is needed (clause S5): an event, so that waits stay a function of events. */
export async function noReplyNeeded(
  store: Store,
  rules: RecordRules,
  id: string,
  by: string,
  now: EpochMs,
): Promise<Commanded> {
  return command(store, id, by, 'no_reply_needed', now, {}, async (tx, wait) => {
    const decision: Decision = {
      kind: 'decision',
      decision: 'no_reply_needed',
      channel: wait.channel,
      id: `decision:${randomUUID()}`,
      thread: wait.thread,
      side: 'employee',
      author: { id: by, name: null, phone: null, email: null },
      at: now,
      atSource: 'arrival',
      receivedAt: now,
      seq: null,
    };
    await recordIn(tx, [decision], rules, now);
    return (await lockWait(tx, id)) ?? wait;
  });
}

/** Locks the client, then the wait (as recording does); refuses closed waits; writes the audit log. */
async function command(
  store: Store,
  id: string,
  by: string,
  action: string,
  now: EpochMs,
  details: object,
  act: (tx: Db, wait: WaitRow) => Promise<WaitRow | Extract<Commanded, { outcome: 'refused' }>['reason']>,
): Promise<Commanded> {
  return store.db.transaction().execute(async (tx) => {
    const wait = await lockWithClient(tx, id);
    if (!wait || wait.voided_at !== null) return { outcome: 'refused', reason: 'unknown_wait', wait: null };
    if (wait.closed_at !== null) return { outcome: 'refused', reason: 'already_closed', wait };
    const result = await act(tx, wait);
    if (typeof result === 'string') return { outcome: 'refused', reason: result, wait };
    await writeAudit(tx, { at: now, actor: by, action, waitId: id, details });
    return { outcome: 'done', wait: result };
  });
}

/** Repeats if a join gave the wait another client meanwhile. */
export async function lockWithClient(tx: Db, id: string): Promise<WaitRow | null> {
  for (;;) {
    const found = await sql<{ id: string }>`
      select c.id from clients c join waits w on w.client_id = c.id where w.id = ${id} for update of c`.execute(
      tx,
    );
    const wait = await lockWait(tx, id);
    if (wait === null || wait.client_id === found.rows[0]?.id) return wait;
  }
}

export async function saveAndTell(tx: Db, wait: WaitRow, now: EpochMs): Promise<void> {
  await saveWaits(tx, [wait], now);
  await wantEdits(tx, [wait.id], now);
  await signal(tx, { about: 'waits', changes: [{ id: wait.id, change: 'changed' }] });
  if (wait.due_at !== null) await signal(tx, { about: 'due', at: wait.due_at });
}

export async function writeAudit(
  db: Db,
  entry: { at: EpochMs; actor: string; action: string; waitId?: string; details?: object },
): Promise<void> {
  await sql`
    insert into audit (at, actor, action, wait_id, details)
    values (${iso(entry.at)}, ${entry.actor}, ${entry.action}, ${entry.waitId ?? null}, ${JSON.stringify(entry.details ?? {})}::jsonb)`.execute(
    db,
  );
}
