import { randomUUID } from 'node:crypto';
import {
  type ChangedWait,
  type Correction,
  channelIn,
  decideWaits,
  type EpochMs,
  type Event,
  earliestEffect,
  eventKey,
  foldPolicyOf,
  type NewNotice,
  type NewWaits,
  newNotice,
  type OnRecord,
  ownerAt,
  type RecordRules,
  type Rules,
  secondOf,
  undoes,
  type WaitRow,
} from '@otklik/domain';
import { sql } from 'kysely';
import { followCadences } from './cadences.ts';
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
  targetsOf,
} from './history.ts';
import { tellEndsByMail } from './mailEnds.ts';
import { saveNotices, wantEdits } from './notices.ts';
import { toldWhereOrdered } from './orderedCalls.ts';
import { openByOwner } from './reads.ts';
import { iso, isoOrNull, rowsOf } from './rows.ts';
import { signal } from './signals.ts';
import type { Db, Store } from './store.ts';
import { saveSubjects } from './subjects.ts';
import { openWaitsOf, saveWaits, supersededSince, waitsSince } from './waitRows.ts';

export interface Recorded {
  readonly fresh: readonly EventRow[];
  readonly changes: readonly ChangedWait[];
}

/**
 * Records events and updates their clients' waits, in one transaction of a dozen set-based queries whatever the size.
 * Then each event counts exactly once (laws 1–5).
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

/** The same in the caller's transaction. */
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

/** Client names that only second deliveries have. */
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
 * Refolds waits of clients with fresh events or moved threads. `renewed`: clients with another name or subject, whose
 * pings need an edit.
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
  const record: OnRecord = {
    history: history.map((row) => ({ clientId: row.client_id, event: eventOf(row) })),
    known,
    superseded: moved.length > 0 ? await supersededSince(tx, from) : [],
    regrouped: new Set(moved.flatMap(({ was, client_id }) => [was, client_id])),
    fresh: new Set(fresh.map(keyOf)),
    why: again?.why ?? null,
  };
  const ownerOf = await newOwners(tx, fresh, rules);
  const { save, changes, corrections } = decideWaits(record, { newId: randomUUID, ownerOf }, rules, now);
  await saveWaits(tx, save, now);
  await saveCorrections(tx, corrections, now);
  await announce(tx, changes, renewed, rules, now);
  await followCadences(tx, fresh, changes, rules, now);
  return changes;
}

/** Histories to refold without new events. */
export interface Again {
  readonly spans: readonly Span[];
  readonly why: 'enforce_from';
}

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
 * The history that fresh events can change: back to when the client waited for nothing. Extends the span over waits and
 * calls that cross its beginning.
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
    // An event may reorder its whole second, if some have no fractions.
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
    // A call known only from its end began before its first phase.
    const calls = [...history, ...related].filter(({ call }) => call !== null);
    if (calls.filter((row) => reach(row.client_id, earliestEffect(eventOf(row)))).length > 0) continue;
    // An answer that bounced or was taken back at once never counted.
    const read = [...new Map([...history, ...related].map((row) => [row.position, row])).values()];
    const targets = await targetsOf(tx, history);
    if (undoneBy(history, targets, rules).filter((row) => reach(row.client_id, row.at)).length > 0) continue;
    return {
      history: read,
      known,
      from: spans,
    };
  }
}

/** Events that others undo from their beginning. */
function undoneBy(history: readonly EventRow[], targets: readonly EventRow[], rules: Rules): EventRow[] {
  const byKey = new Map<string, EventRow>(targets.map((row) => [keyOf(row), row]));
  const { breachOf } = foldPolicyOf(rules);
  return history.flatMap((row) => {
    const of = row.deletes === null ? undefined : byKey.get(eventKey(row.channel, row.deletes));
    return of && undoes(eventOf(row), eventOf(of), breachOf) ? [of] : [];
  });
}

/** Under an overload limit open waits are counted, one batch at a time. */
async function newOwners(
  tx: Db,
  fresh: readonly EventRow[],
  rules: RecordRules,
): Promise<NewWaits['ownerOf']> {
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

/** Counts open waits under a lock. */
async function openWaitsByOwner(tx: Db): Promise<Map<string, number>> {
  await sql`select pg_advisory_xact_lock(hashtextextended(current_schema() || ' open waits', 0))`.execute(tx);
  return openByOwner(tx);
}

export async function saveCorrections(
  tx: Db,
  corrections: readonly Correction[],
  now: EpochMs,
): Promise<void> {
  if (corrections.length === 0) return;
  const rows = corrections.map((each) => ({
    ...each,
    was: isoOrNull(each.was),
    became: isoOrNull(each.became),
  }));
  await sql`
    insert into corrections (wait_id, at, field, was, became, reason)
    select wait_id, ${iso(now)}::timestamptz, field, was, became, reason
    from ${rowsOf(rows, 'wait_id uuid, field text, was text, became text, reason text')}`.execute(tx);
}

/** All of it takes effect at commit. */
async function announce(
  tx: Db,
  changes: readonly ChangedWait[],
  renewed: readonly string[],
  rules: RecordRules,
  now: EpochMs,
): Promise<void> {
  const notices: NewNotice[] = [];
  for (const { wait, change } of changes) {
    if ((change !== 'opened' && change !== 'closed') || wait.history) continue;
    const type = change === 'opened' ? 'wait.opened' : 'wait.closed';
    for (const transport of rules.announce)
      notices.push(newNotice({ type, wait_id: wait.id, channel: wait.channel, transport, due_at: now }));
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
