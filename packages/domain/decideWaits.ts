import type { Asked } from './askWhom.ts';
import { planOf, type RecordRules } from './clockRules.ts';
import type { Event } from './event.ts';
import { foldWaits, type Wait } from './foldWaits.ts';
import { isWorking } from './hours.ts';
import { lateDelivered } from './lateness.ts';
import { type EventKey, eventKey } from './moments.ts';
import { firstDue } from './planned.ts';
import { channelIn, foldPolicyOf, whoDid } from './rules.ts';
import { type EpochMs, SECOND } from './time.ts';
import type { Correction, WaitChange, WaitRow } from './waitRow.ts';
import { etiquetteOf } from './wording.ts';

export interface ClientEvent {
  readonly clientId: string;
  readonly event: Event;
}

/** The part of the record that may have to change. */
export interface OnRecord {
  /** Events, from a moment at which these clients waited for nothing. */
  readonly history: readonly ClientEvent[];
  /** Since that moment. */
  readonly known: readonly WaitRow[];
  /** May stand alone again. */
  readonly superseded: readonly WaitRow[];
  /** Clients who got or lost a thread. */
  readonly regrouped: ReadonlySet<string>;
  /** Newly known. */
  readonly fresh: ReadonlySet<EventKey>;
  /** The reason of corrections when nothing is new. */
  readonly why: 'enforce_from' | null;
}

export interface NewWaits {
  newId(): string;
  /** The first owner. */
  ownerOf(wait: Wait): Asked;
}

export interface WaitChanges {
  readonly save: readonly WaitRow[];
  readonly changes: readonly ChangedWait[];
  readonly corrections: readonly Correction[];
}

export interface ChangedWait {
  readonly wait: WaitRow;
  readonly before: WaitRow | null;
  readonly change: WaitChange;
}

/** Folds clients' events and compares the result with the record (laws 1 to 5). The order of events does not matter. */
export function decideWaits(
  record: OnRecord,
  newWaits: NewWaits,
  rules: RecordRules,
  now: EpochMs,
): WaitChanges {
  const knownBy = Map.groupBy(record.known, (wait) => wait.client_id);
  const historyBy = Map.groupBy(record.history, ({ clientId }) => clientId);
  const each = [...new Set([...historyBy.keys(), ...knownBy.keys()])].map((clientId) =>
    decideClient(
      clientId,
      { history: historyBy.get(clientId) ?? [], known: knownBy.get(clientId) ?? [] },
      record,
      newWaits,
      rules,
      now,
    ),
  );
  return {
    save: each.flatMap(({ save }) => save),
    changes: each.flatMap(({ changes }) => changes),
    corrections: each.flatMap(({ corrections }) => corrections),
  };
}

function decideClient(
  clientId: string,
  theirs: Pick<OnRecord, 'history' | 'known'>,
  record: OnRecord,
  newWaits: NewWaits,
  rules: RecordRules,
  now: EpochMs,
): WaitChanges {
  const save: WaitRow[] = [];
  const changes: ChangedWait[] = [];
  const corrections: Correction[] = [];
  const events = theirs.history.map(({ event }) => event);
  const byKey = new Map(events.map((event) => [keyOf(event), event]));
  const news = events.filter((event) => record.fresh.has(keyOf(event)));
  const left = new Set(theirs.known.toSorted((a, b) => a.opened_at - b.opened_at));
  for (const folded of foldWaits(events, foldPolicyOf(rules))) {
    const before =
      [...left].find((wait) => (folded.turns as readonly string[]).includes(wait.opening)) ??
      record.superseded.findLast((wait) => wait.client_id === clientId && wait.opening === folded.opening) ??
      null;
    if (before) left.delete(before);
    const after = waitRowOf({ folded, before, clientId, byKey, fresh: record.fresh }, newWaits, rules, now);
    if (before && sameWait(before, after)) continue;
    save.push(after);
    changes.push(...changesBetween(before, after).map((change) => ({ wait: after, before, change })));
    if (before) corrections.push(...correctionsBetween(before, after, news, record));
  }
  for (const before of left) {
    // Where events were forgotten (privacy.keep_events) nothing contradicts the record.
    if (!(byKey as ReadonlyMap<string, Event>).has(before.opening)) continue;
    const after = { ...before, voided_at: now, due_at: null };
    save.push(after);
    changes.push({ wait: after, before, change: 'changed' });
    corrections.push({
      wait_id: before.id,
      field: 'voided_at',
      was: null,
      became: now,
      reason: record.regrouped.has(clientId) ? 'one_client' : 'part_of_another_wait',
    });
  }
  return { save, changes, corrections };
}

const keyOf = ({ channel, id }: Event): EventKey => eventKey(channel, id);

export const sameWait = (a: WaitRow, b: WaitRow): boolean =>
  (Object.keys(b) as (keyof WaitRow)[]).every(
    (name) => a[name] === b[name] || JSON.stringify(a[name]) === JSON.stringify(b[name]),
  );

interface Folded {
  readonly folded: Wait;
  readonly before: WaitRow | null;
  readonly clientId: string;
  readonly byKey: ReadonlyMap<EventKey, Event>;
  readonly fresh: ReadonlySet<EventKey>;
}

/** The folded wait as a row. What people and the clock did stays; what the events say is new. */
function waitRowOf(about: Folded, newWaits: NewWaits, rules: RecordRules, now: EpochMs): WaitRow {
  const { folded, before } = about;
  const { end } = folded;
  const window = windowOf(folded, before, rules);
  const kept = before ?? newWait(folded, newWaits, rules, now);
  const row: WaitRow = {
    ...kept,
    ...window,
    ...endOf(folded, window.breach_at, rules),
    ...turnsOf(about),
    client_id: about.clientId,
    warned_at: folded.history ? null : passed(window.warn_at, end?.at ?? null, kept.warned_at),
    breached_at: folded.history ? null : passed(window.breach_at, end?.at ?? null, kept.breached_at),
    // Closed waits stay as they were when the border moves.
    history: end && before && before.closed_at !== null ? before.history : folded.history,
    late_delivered: Math.max(lateDelivered(folded.openedAt, folded.seenAt), kept.outage_seconds),
    corrected_at: isCorrected(about) ? now : kept.corrected_at,
    // An opening that is found on another channel is no new policy: the chain goes on where it stood.
    plan: before && before.channel === folded.channel ? before.plan : planOf(rules, folded.channel),
    due_at: null,
    voided_at: null,
  };
  return end ? row : { ...row, due_at: dueAfter(before, row, rules) };
}

/** A known wait keeps its window: a new policy is no later knowledge (law 4). */
function windowOf(folded: Wait, before: WaitRow | null, rules: RecordRules) {
  const { policy } = channelIn(rules, folded.channel);
  const planned = before?.channel === folded.channel ? before : null;
  return {
    warn_at: folded.openedAt + (planned ? planned.warn_at - planned.opened_at : policy.warn),
    breach_at: folded.openedAt + (planned ? planned.breach_at - planned.opened_at : policy.breach),
  };
}

function turnsOf({ folded, byKey }: Folded) {
  const opening = byKey.get(folded.opening);
  if (!opening) throw new Error('a folded wait opens with an event of the history');
  const turns = folded.turns.flatMap((key) => byKey.get(key) ?? []);
  return {
    channel: folded.channel,
    thread: folded.thread,
    also_on: [...new Set(turns.map(({ channel }) => channel))].filter((id) => id !== folded.channel).sort(),
    opening: folded.opening,
    kind: opening.kind,
    text: 'text' in opening ? opening.text : null,
    link: 'link' in opening ? opening.link : null,
    opened_at: folded.openedAt,
    seen_at: folded.seenAt,
    missed_at: folded.missed?.at ?? null,
    missed_seen_at: folded.missed?.seenAt ?? null,
    farewell: turns.every((turn) => ('wording' in turn ? turn.wording?.farewell : null) ?? false),
  };
}

function endOf({ end, openedAt }: Wait, breachAt: EpochMs, rules: RecordRules) {
  const by = end && 'by' in end ? end.by : null;
  const wording = by !== null && 'wording' in by ? by.wording : null;
  return {
    closed_at: end?.at ?? null,
    outcome: end?.outcome ?? null,
    answered_by: by && whoDid(by, rules),
    answered_via: by?.channel ?? null,
    answered_with: by?.kind ?? null,
    formal_answer: wording?.formal ?? false,
    response_seconds: end ? (end.at - openedAt) / SECOND : null,
    etiquette: end?.outcome === 'answered' ? etiquetteOf(wording, end.at, breachAt) : null,
  };
}

/** Nobody has done anything to it yet. */
function newWait(folded: Wait, { newId, ownerOf }: NewWaits, rules: RecordRules, now: EpochMs) {
  const { person, why } = ownerOf(folded);
  return {
    id: newId(),
    owner: person,
    owner_why: why,
    first_owner: person,
    warned_at: null,
    breached_at: null,
    test: false,
    after_hours: !isWorking(rules.calendar, folded.openedAt),
    outage_seconds: 0,
    corrected_at: null,
    excused_seconds: 0,
    taken_by: null,
    taken_until: null,
    takers: [],
    // The clock was set back since: nobody waits longer for that.
    chain_shift_ms: Math.min(0, now - folded.openedAt),
    steps_done: 0,
    missed_told: false,
    replanned: null,
    policy_at: null,
  };
}

/**
 * An open wait that came of later knowledge: re-opened, moved, or cut off from another, with words that were known
 * before.
 */
function isCorrected({ folded, before, fresh }: Folded): boolean {
  if (folded.end !== null) return false;
  if (before === null) return folded.turns.some((turn) => !fresh.has(turn));
  return (
    before.closed_at !== null ||
    before.voided_at !== null ||
    before.opened_at !== folded.openedAt ||
    before.history !== folded.history
  );
}

function dueAfter(before: WaitRow | null, row: WaitRow, rules: RecordRules): EpochMs | null {
  const isUnchanged =
    before !== null &&
    before.history === row.history &&
    before.closed_at === null &&
    before.voided_at === null &&
    before.opened_at === row.opened_at &&
    before.missed_at === row.missed_at;
  return isUnchanged ? before.due_at : firstDue(row, rules);
}

/** By the end of a closed wait; of an open one only when the clock has said so. */
function passed(mark: EpochMs, closedAt: EpochMs | null, said: EpochMs | null): EpochMs | null {
  if (closedAt === null) return said === null ? null : mark;
  return closedAt > mark ? mark : null;
}

function changesBetween(before: WaitRow | null, after: WaitRow): WaitChange[] {
  // It counts from now on, and nobody was told yet.
  if (!before || (before.history && !after.history))
    return after.closed_at === null ? ['opened'] : ['opened', 'closed'];
  if (before.closed_at === null && after.closed_at !== null) return ['closed'];
  return ['changed'];
}

function correctionsBetween(
  before: WaitRow,
  after: WaitRow,
  news: readonly Event[],
  record: Pick<OnRecord, 'regrouped' | 'why'>,
): Correction[] {
  const reason = record.why ?? reasonOf(before, after, news, record.regrouped.has(before.client_id));
  const fields = ['opened_at', 'warned_at', 'breached_at', 'closed_at', 'voided_at'] as const;
  return fields
    .filter((field) => before[field] !== null && before[field] !== after[field])
    .map((field) => ({ wait_id: after.id, field, was: before[field], became: after[field], reason }));
}

function reasonOf(before: WaitRow, after: WaitRow, news: readonly Event[], isRegrouped: boolean): string {
  if (isRegrouped) return before.voided_at === null ? 'one_client' : 'two_clients';
  if (before.opened_at !== after.opened_at) return 'late_delivered_turn';
  const isReopened =
    before.closed_at !== null && before.closed_at < (after.closed_at ?? Number.POSITIVE_INFINITY);
  return isReopened ? noAnswer(news) : 'late_delivered_reply';
}

/** Why what had ended a wait was no answer. */
function noAnswer(news: readonly Event[]): string {
  if (news.some(({ kind }) => kind === 'bounce')) return 'answer_never_arrived';
  const isTakenBack = news.some(({ kind, side }) => kind === 'deletion' && side === 'employee');
  return isTakenBack ? 'answer_taken_back' : 'call_too_short';
}
