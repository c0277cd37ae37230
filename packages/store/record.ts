import { randomUUID } from 'node:crypto';
import {
  type Asked,
  type ChannelPeople,
  channelIn,
  dueSteps,
  type EpochMs,
  type Event,
  earliestEffect,
  etiquetteOf,
  eventKey,
  foldPolicyOf,
  foldWaits,
  isWorking,
  lateDelivered,
  nextRungAt,
  type OpenWait,
  ownerAt,
  type Rules,
  SECOND,
  secondOf,
  type Transport,
  undoes,
  type Wait,
  whoDid,
} from '@otklik/domain';
import { sql } from 'kysely';
import {
  fillNames,
  type Moved,
  type Named,
  placeOf,
  resolveClients,
  saveNames,
  type ThreadRow,
} from './clients.ts';
import {
  besideWhatTheyDelete,
  type EventRow,
  eventOf,
  eventsSince,
  insertEvents,
  keyOf,
  relatedEvents,
  type Span,
} from './history.ts';
import { tellEndsByMail } from './mailEnds.ts';
import { type NewNotice, saveNotices, wantEdits } from './notices.ts';
import { toldWhereOrdered } from './orderedCalls.ts';
import { isPlannedOtherwise, planOf } from './plans.ts';
import { openByOwner } from './reads.ts';
import { iso, rowsOf } from './rows.ts';
import { signal, type WaitChange } from './signals.ts';
import type { Db, Store } from './store.ts';
import { saveSubjects } from './subjects.ts';
import { openWaitsOf, sameWait, saveWaits, voidedSince, type WaitRow, waitsSince } from './waitRows.ts';

/** The company's rules, and by which transports whom to tell about waits that open and close. */
export interface RecordRules extends Rules {
  readonly announce: readonly Transport[];
}

export interface Recorded {
  /** How many of the events were new. */
  readonly fresh: readonly EventRow[];
  readonly changes: readonly {
    readonly wait: WaitRow;
    readonly before: WaitRow | null;
    readonly change: WaitChange;
  }[];
}

export interface Correction {
  readonly wait_id: string;
  readonly field: string;
  readonly was: string | null;
  readonly became: string | null;
  readonly reason: string;
}

/**
 * Records a batch of events and brings the waits of their clients up to date, in one transaction of a dozen
 * set-based queries, whatever the size of the batch. When it resolves, the events are counted, once (laws 1–5).
 */
export async function recordEvents(
  store: Store,
  events: readonly Event[],
  rules: RecordRules,
  now: EpochMs,
): Promise<Recorded> {
  if (events.length === 0) return { fresh: [], changes: [] };
  return store.db.transaction().execute((tx) => recordIn(tx, events, rules, now));
}

/** The same inside a transaction of the caller's. */
export async function recordIn(
  tx: Db,
  told: readonly Event[],
  rules: RecordRules,
  now: EpochMs,
): Promise<Recorded> {
  const again = await toldWhereOrdered(tx, told);
  const { fresh, changes } = await recordAll(tx, [...told, ...again], rules, now);
  const ours = new Set<string>(again.map(({ channel, id }) => eventKey(channel, id)));
  return { fresh: fresh.filter((row) => !ours.has(keyOf(row))), changes };
}

async function recordAll(
  tx: Db,
  told: readonly Event[],
  rules: RecordRules,
  now: EpochMs,
): Promise<Recorded> {
  const events = await besideWhatTheyDelete(tx, told);
  const { threads, moved } = await resolveClients(tx, events, now);
  const fresh = await insertEvents(
    tx,
    events.map((event) => ({ ...event, clientId: threads.get(placeOf(event))?.client_id ?? '' })),
  );
  const renewed = [
    ...(await saveSubjects(tx, events)),
    ...(await fillNames(tx, namesToldAgain(events, fresh, threads))),
  ];
  if (fresh.length === 0 && moved.length === 0) {
    if (renewed.length > 0) await announce(tx, [], renewed, rules, now);
    return { fresh, changes: [] };
  }
  await nameClients(tx, fresh);
  return { fresh, changes: await refold(tx, fresh, moved, rules, now, renewed) };
}

/** Names that come with second deliveries. */
function namesToldAgain(
  events: readonly Event[],
  fresh: readonly EventRow[],
  threads: ReadonlyMap<string, ThreadRow>,
): { id: string; name: string }[] {
  const first = new Set<string>(fresh.map(keyOf));
  const named = new Map<string, string>();
  for (const event of events) {
    const client = threads.get(placeOf(event))?.client_id;
    const { name } = event.author;
    if (event.side === 'client' && name && client && !first.has(eventKey(event.channel, event.id)))
      named.set(client, name);
  }
  return [...named].map(([id, name]) => ({ id, name }));
}

/**
 * Brings the waits up to date with what is new in the clients' histories: fresh events, and threads that moved. `renewed`
 * are the clients who have another name or subject now: their pings are told of as well.
 */
export async function refold(
  tx: Db,
  fresh: readonly EventRow[],
  moved: readonly Moved[],
  rules: RecordRules,
  now: EpochMs,
  renewed: readonly string[] = [],
  again: Again | null = null,
): Promise<Recorded['changes']> {
  const { history, known, from } = await affected(tx, fresh, moved, again?.spans ?? [], rules);
  const dropped = moved.length > 0 ? await voidedSince(tx, from) : [];
  const regrouped = new Set(moved.flatMap(({ was, client_id }) => [was, client_id]));
  const plan = planChanges(
    { history, known, dropped, regrouped, fresh: new Set(fresh.map(keyOf)), why: again?.why ?? null },
    await newOwners(tx, fresh, rules),
    rules,
    now,
  );
  await saveWaits(tx, plan.save, now);
  await saveCorrections(tx, plan.corrections, now);
  await announce(tx, plan.changes, renewed, rules, now);
  return plan.changes;
}

/** Clients whose history is folded anew though nothing new is known of it, and why. */
export interface Again {
  readonly spans: readonly Span[];
  /** The reason of the corrections that come of it. */
  readonly why: 'enforce_from';
}

/** What the newest client event says of the client's name, number and address. */
async function nameClients(tx: Db, fresh: readonly EventRow[]): Promise<void> {
  const said = new Map<string, Named>();
  for (const row of fresh.toSorted((a, b) => a.at - b.at)) {
    const { name, phone, email, typed } = row.author;
    const [typed_phone, typed_email] = [typed?.phone ?? null, typed?.email ?? null];
    if (row.side === 'client' && (name ?? phone ?? email ?? typed_phone ?? typed_email) !== null)
      said.set(row.client_id, { id: row.client_id, name, phone, email, typed_phone, typed_email });
  }
  await saveNames(tx, [...said.values()], 'add');
}

/**
 * The part of the clients' history that the fresh events can change: back to a moment when the client waited for
 * nothing. Found by going back over the waits and the calls that reach across it, until nothing more does.
 */
async function affected(
  tx: Db,
  fresh: readonly EventRow[],
  moved: readonly Moved[],
  again: readonly Span[],
  rules: Rules,
): Promise<{ history: EventRow[]; known: WaitRow[]; from: Span[] }> {
  const from = new Map<string, EpochMs>();
  const reach = (clientId: string, moment: EpochMs): boolean => {
    // In a second without fractions one event more may change the order of all.
    const at = secondOf(moment);
    const further = at < (from.get(clientId) ?? Number.POSITIVE_INFINITY);
    if (further) from.set(clientId, at);
    return further;
  };
  for (const row of fresh) reach(row.client_id, row.at);
  for (const { clientId, from: at } of again) reach(clientId, at);
  for (const { was, client_id, since } of moved)
    for (const id of since === null ? [] : [was, client_id]) reach(id, since ?? 0);
  for (;;) {
    const spans: Span[] = [...from].map(([clientId, at]) => ({ clientId, from: at }));
    const known = await waitsSince(tx, spans);
    if (known.filter((wait) => reach(wait.client_id, wait.opened_at)).length > 0) continue;
    const history = await eventsSince(tx, spans);
    const related = await relatedEvents(tx, history);
    // Of a call that is told only at its end, the talk began earlier than any of its phases.
    const calls = [...history, ...related].filter(({ call }) => call !== null);
    if (calls.filter((row) => reach(row.client_id, earliestEffect(eventOf(row)))).length > 0) continue;
    // An answer that bounced, or that our side took back at once, was none from the beginning.
    const read = [...new Map([...history, ...related].map((row) => [row.position, row])).values()];
    if (undoneBy(history, read, rules).filter((row) => reach(row.client_id, row.at)).length > 0) continue;
    return {
      history: read,
      known,
      from: spans,
    };
  }
}

/** What events of the history make no answer from the beginning. */
function undoneBy(history: readonly EventRow[], read: readonly EventRow[], rules: Rules): EventRow[] {
  const byKey = new Map<string, EventRow>(read.map((row) => [keyOf(row), row]));
  const { breachOf } = foldPolicyOf(rules);
  return history.flatMap((row) => {
    const of = row.deletes === null ? undefined : byKey.get(eventKey(row.channel, row.deletes));
    return of && undoes(eventOf(row), eventOf(of), breachOf) ? [of] : [];
  });
}

/** Whose a wait becomes that nobody has held before. */
type NewOwner = (wait: Wait) => Asked;

/** Where a policy limits how many waits one person has, they are counted; two batches then take turns. */
async function newOwners(tx: Db, fresh: readonly EventRow[], rules: RecordRules): Promise<NewOwner> {
  const limits = fresh.map(({ channel }) => channelIn(rules, channel).policy.overload);
  const open = limits.some((limit) => limit !== null)
    ? await openWaitsByOwner(tx)
    : new Map<string, number>();
  return ({ channel: id, openedAt, history, end }) => {
    const channel = channelIn(rules, id);
    const limit = channel.policy.overload;
    const owner = ownerAt(channel, rules.people, openedAt, limit === null ? null : { open, limit });
    if (end === null && !history) open.set(owner.person, (open.get(owner.person) ?? 0) + 1);
    return owner;
  };
}

/** How many waits each has open, with the right to be the only one who counts them. */
async function openWaitsByOwner(tx: Db): Promise<Map<string, number>> {
  await sql`select pg_advisory_xact_lock(hashtextextended(current_schema() || ' open waits', 0))`.execute(tx);
  return openByOwner(tx);
}

interface Plan {
  readonly save: readonly WaitRow[];
  readonly changes: Recorded['changes'];
  readonly corrections: readonly Correction[];
}

/** The part of the clients' record that may have to change. */
interface Affected {
  readonly history: readonly EventRow[];
  readonly known: readonly WaitRow[];
  /** Waits that were part of others, and may stand alone again. */
  readonly dropped: readonly WaitRow[];
  /** Clients who got or lost a thread. */
  readonly regrouped: ReadonlySet<string>;
  /** What has just become known. */
  readonly fresh: ReadonlySet<string>;
  /** Why it is folded anew, if not for anything new. */
  readonly why: Again['why'] | null;
}

function planChanges(
  { history, known, dropped, regrouped, fresh, why }: Affected,
  newOwner: NewOwner,
  rules: RecordRules,
  now: EpochMs,
): Plan {
  const save: WaitRow[] = [];
  const changes: { wait: WaitRow; before: WaitRow | null; change: WaitChange }[] = [];
  const corrections: Correction[] = [];
  const knownBy = Map.groupBy(known, (wait) => wait.client_id);
  const droppedBy = new Map(dropped.map((wait) => [`${wait.client_id} ${wait.opening}`, wait]));
  const historyBy = Map.groupBy(history, (row) => row.client_id);
  for (const clientId of new Set([...historyBy.keys(), ...knownBy.keys()])) {
    const rows = historyBy.get(clientId) ?? [];
    const byKey = new Map<string, EventRow>(rows.map((row) => [keyOf(row), row]));
    const news = rows.filter((row) => fresh.has(keyOf(row)));
    const left = new Set(knownBy.get(clientId)?.toSorted((a, b) => a.opened_at - b.opened_at) ?? []);
    for (const folded of foldWaits(rows.map(eventOf), foldPolicyOf(rules))) {
      const before =
        [...left].find((wait) => (folded.turns as readonly string[]).includes(wait.opening)) ??
        droppedBy.get(`${clientId} ${folded.opening}`) ??
        null;
      if (before) left.delete(before);
      const after = waitRow(folded, before, { byKey, fresh }, newOwner, rules, now);
      if (before && sameWait(before, after)) continue;
      save.push(after);
      changes.push(...changesBetween(before, after).map((change) => ({ wait: after, before, change })));
      if (before) corrections.push(...correctionsBetween(before, after, regrouped.has(clientId), news, why));
    }
    // Later knowledge made these part of another wait (a reply that was none): they are kept, and no longer counted.
    for (const wait of left) {
      // Of a wait whose events were forgotten (privacy.keep_events) nothing contradicts the record.
      if (!byKey.has(wait.opening)) continue;
      const voided = { ...wait, voided_at: now, due_at: null };
      save.push(voided);
      changes.push({ wait: voided, before: wait, change: 'changed' });
      corrections.push({
        wait_id: wait.id,
        field: 'voided_at',
        was: null,
        became: iso(now),
        reason: regrouped.has(clientId) ? 'one_client' : 'part_of_another_wait',
      });
    }
  }
  return { save, changes, corrections };
}

/** The folded wait as a row. What people and the clock did to it (owner, take, steps) stays; what the events say is new. */
function waitRow(
  folded: Wait,
  before: WaitRow | null,
  { byKey, fresh }: { readonly byKey: ReadonlyMap<string, EventRow>; readonly fresh: ReadonlySet<string> },
  newOwner: NewOwner,
  rules: RecordRules,
  now: EpochMs,
): WaitRow {
  const opening = byKey.get(folded.opening);
  if (!opening) throw new Error('a folded wait opens with an event of the history');
  const { policy } = channelIn(rules, folded.channel);
  // A wait that is known keeps the window by which it was planned: a new policy is no later knowledge (law 4).
  const planned = before?.channel === folded.channel ? before : null;
  const warnAt = folded.openedAt + (planned ? planned.warn_at - planned.opened_at : policy.warn);
  const breachAt = folded.openedAt + (planned ? planned.breach_at - planned.opened_at : policy.breach);
  const { end } = folded;
  const turns = folded.turns.flatMap((key) => byKey.get(key) ?? []);
  const held = before ? { person: before.owner, why: before.owner_why } : newOwner(folded);
  const wording = end && 'by' in end && 'wording' in end.by ? end.by.wording : null;
  // An open wait by what became known later: re-opened, moved, or cut off from another, with words that were there before.
  const corrected =
    end === null &&
    (before === null
      ? folded.turns.some((turn) => !fresh.has(turn))
      : before.closed_at !== null ||
        before.voided_at !== null ||
        before.opened_at !== folded.openedAt ||
        before.history !== folded.history);
  const row: WaitRow = {
    id: before?.id ?? randomUUID(),
    client_id: opening.client_id,
    channel: folded.channel,
    thread: folded.thread,
    also_on: [...new Set(turns.map(({ channel }) => channel))].filter((id) => id !== folded.channel).sort(),
    opening: folded.opening,
    kind: opening.kind,
    text: opening.text,
    link: opening.link,
    opened_at: folded.openedAt,
    seen_at: folded.seenAt,
    owner: held.person,
    owner_why: held.why,
    first_owner: before?.first_owner ?? held.person,
    warn_at: warnAt,
    breach_at: breachAt,
    warned_at: folded.history ? null : passed(warnAt, end?.at ?? null, before?.warned_at ?? null),
    breached_at: folded.history ? null : passed(breachAt, end?.at ?? null, before?.breached_at ?? null),
    closed_at: end?.at ?? null,
    outcome: end?.outcome ?? null,
    answered_by: end && 'by' in end ? whoDid(end.by, rules) : null,
    answered_via: end && 'by' in end ? end.by.channel : null,
    answered_with: end && 'by' in end ? end.by.kind : null,
    formal_answer: wording?.formal ?? false,
    response_seconds: end ? (end.at - folded.openedAt) / SECOND : null,
    // What is over stays what it was when the border moves.
    history: end && before && before.closed_at !== null ? before.history : folded.history,
    test: before?.test ?? false,
    after_hours: before?.after_hours ?? !isWorking(rules.calendar, folded.openedAt),
    late_delivered: Math.max(lateDelivered(folded.openedAt, folded.seenAt), before?.outage_seconds ?? 0),
    etiquette: end?.outcome === 'answered' ? etiquetteOf(wording, end.at, breachAt) : null,
    farewell: turns.every((turn) => turn.wording?.farewell ?? false),
    outage_seconds: before?.outage_seconds ?? 0,
    corrected_at: corrected ? now : (before?.corrected_at ?? null),
    excused_seconds: before?.excused_seconds ?? 0,
    taken_by: before?.taken_by ?? null,
    taken_until: before?.taken_until ?? null,
    takers: before?.takers ?? [],
    // A turn later than now is one of a clock that was set back since: nobody waits longer for that.
    chain_shift_ms: before?.chain_shift_ms ?? Math.min(0, now - folded.openedAt),
    steps_done: before?.steps_done ?? 0,
    missed_at: folded.missed?.at ?? null,
    missed_seen_at: folded.missed?.seenAt ?? null,
    missed_told: before?.missed_told ?? false,
    // Later knowledge that finds the opening on another channel is no edit of the policy: the chain goes on where it stood.
    plan: before && before.channel === folded.channel ? before.plan : planOf(rules, folded.channel),
    replanned: before?.replanned ?? null,
    policy_at: before?.policy_at ?? null,
    due_at: null,
    voided_at: null,
  };
  if (end) return row;
  const unchanged =
    before !== null &&
    before.history === row.history &&
    before.closed_at === null &&
    before.voided_at === null &&
    before.opened_at === row.opened_at &&
    before.missed_at === row.missed_at;
  return { ...row, due_at: unchanged ? before.due_at : firstDue(row, rules) };
}

/** Whether a mark of the window was passed: by a closed wait's end; by an open one only when the clock has said so. */
function passed(mark: EpochMs, closedAt: EpochMs | null, said: EpochMs | null): EpochMs | null {
  if (closedAt === null) return said === null ? null : mark;
  return closedAt > mark ? mark : null;
}

/** When the clock must first look at a wait. May lie in the past. */
export function firstDue(wait: WaitRow, rules: Rules): EpochMs | null {
  // Its rungs are those of another policy: the clock plans it anew before it fires anything.
  if (isPlannedOtherwise(wait, rules)) return wait.opened_at;
  const channel = channelIn(rules, wait.channel);
  const beforeAll = Number.MIN_SAFE_INTEGER;
  return dueSteps(openWaitOf(wait, channel), channel.policy, rules.calendar, rules.people, beforeAll)
    .nextDueAt;
}

/** When the chain of an open wait goes on; null when it does not, or is planned anew before that is known. */
export function nextReminderAt(wait: WaitRow, rules: Rules, now: EpochMs): EpochMs | null {
  if (wait.closed_at !== null || isPlannedOtherwise(wait, rules)) return null;
  const channel = channelIn(rules, wait.channel);
  return nextRungAt(openWaitOf(wait, channel), channel.policy, rules.calendar, now);
}

/** What dueSteps must know of a row. */
export const openWaitOf = (wait: WaitRow, channel: ChannelPeople): OpenWait => ({
  owner: wait.owner,
  ownerWhy: wait.owner_why,
  channel,
  openedAt: wait.opened_at,
  history: wait.history,
  missedAt: wait.missed_told ? null : wait.missed_at,
  stepsDone: wait.steps_done,
  chainShift: wait.chain_shift_ms,
  warned: wait.warned_at !== null,
  breached: wait.breached_at !== null,
  replanned: wait.replanned,
});

function changesBetween(before: WaitRow | null, after: WaitRow): WaitChange[] {
  // What counts from now on has not been told to anybody yet.
  if (!before || (before.history && !after.history))
    return after.closed_at === null ? ['opened'] : ['opened', 'closed'];
  if (before.closed_at === null && after.closed_at !== null) return ['closed'];
  return ['changed'];
}

/** What the record said before and no longer says (law 4). */
function correctionsBetween(
  before: WaitRow,
  after: WaitRow,
  regrouped: boolean,
  news: readonly EventRow[],
  why: Again['why'] | null,
): Correction[] {
  const reason =
    why ??
    (regrouped
      ? before.voided_at === null
        ? 'one_client'
        : 'two_clients'
      : before.opened_at !== after.opened_at
        ? 'late_delivered_turn'
        : before.closed_at !== null && before.closed_at < (after.closed_at ?? Number.POSITIVE_INFINITY)
          ? noAnswer(news)
          : 'late_delivered_reply');
  const fields = ['opened_at', 'warned_at', 'breached_at', 'closed_at', 'voided_at'] as const;
  return fields
    .filter((field) => before[field] !== null && before[field] !== after[field])
    .map((field) => ({
      wait_id: after.id,
      field,
      was: iso(before[field] ?? 0),
      became: after[field] === null ? null : iso(after[field]),
      reason,
    }));
}

/** Why what had ended a wait was no answer after all. */
function noAnswer(news: readonly EventRow[]): string {
  if (news.some(({ kind }) => kind === 'bounce')) return 'answer_never_arrived';
  const isTakenBack = news.some(({ kind, side }) => kind === 'deletion' && side === 'employee');
  return isTakenBack ? 'answer_taken_back' : 'call_too_short';
}

export async function saveCorrections(
  tx: Db,
  corrections: readonly Correction[],
  now: EpochMs,
): Promise<void> {
  if (corrections.length === 0) return;
  await sql`
    insert into corrections (wait_id, at, field, was, became, reason)
    select wait_id, ${iso(now)}::timestamptz, field, was, became, reason
    from ${rowsOf(corrections, 'wait_id uuid, field text, was text, became text, reason text')}`.execute(tx);
}

/** Tells the transports that want it, the pings that must change, the boards and the clock. All of it takes effect at commit. */
async function announce(
  tx: Db,
  changes: Plan['changes'],
  renewed: readonly string[],
  rules: RecordRules,
  now: EpochMs,
): Promise<void> {
  const notices: NewNotice[] = [];
  for (const { wait, change } of changes) {
    if ((change !== 'opened' && change !== 'closed') || wait.history) continue;
    const type = change === 'opened' ? 'wait.opened' : 'wait.closed';
    for (const transport of rules.announce) {
      notices.push({
        type,
        wait_id: wait.id,
        channel: wait.channel,
        step: null,
        stage: null,
        recipient: null,
        transport,
        due_at: now,
        late_reason: null,
      });
    }
  }
  await saveNotices(tx, notices, now);
  const told = new Set(changes.map(({ wait }) => wait.id));
  const shown = (await openWaitsOf(tx, renewed)).filter((id) => !told.has(id));
  const edited = changes.filter(({ change }) => change !== 'opened').map(({ wait }) => wait.id);
  await wantEdits(tx, [...edited, ...shown], now);
  await tellEndsByMail(tx, [...new Set(changes.map(({ wait }) => wait))], rules, now);
  await signal(tx, {
    about: 'waits',
    changes: [
      ...changes.map(({ wait, change }) => ({ id: wait.id, change })),
      ...shown.map((id) => ({ id, change: 'changed' as const })),
    ],
  });
  const due = changes.flatMap(({ wait }) => (wait.due_at === null ? [] : [wait.due_at]));
  if (due.length > 0) await signal(tx, { about: 'due', at: Math.min(...due) });
  if (notices.length > 0) await signal(tx, { about: 'outbox' });
}
