import {
  type ClockRules,
  type Concern,
  type DueWait,
  decideSteps,
  type EpochMs,
  type FiredNow,
  isPlannedOtherwise,
  NOBODY_ASKED,
  type RecordedStep,
  type StepChanges,
  type TimeSpan,
  type WaitRow,
} from '@otklik/domain';
import { type RawBuilder, sql } from 'kysely';
import { askedSoFar } from './askedSoFar.ts';
import { replaceHeld, saveNotices } from './notices.ts';
import { savePassedOver } from './reach.ts';
import { saveCorrections } from './record.ts';
import { iso, rowsOf } from './rows.ts';
import { signal } from './signals.ts';
import type { Db, Store } from './store.ts';
import { saveWaits, WAIT_COLUMNS } from './waitRows.ts';

export interface Tick {
  /** At `limit` there may be more. */
  readonly waits: number;
  readonly fired: readonly FiredNow[];
  /** Waits whose window ended now. */
  readonly breached: readonly WaitRow[];
}

/** What one look of the clock knows. */
export interface Look {
  readonly now: EpochMs;
  readonly upSince: EpochMs;
  /** Channels not caught up: their waits do not fire. */
  readonly unread: readonly string[];
  /** Channels with unrecorded events: waits of clients known there do not fire. */
  readonly unrecorded?: readonly string[];
  readonly limit: number;
  /** Since when steps could fire without a break; default `upSince`. */
  readonly ableSince?: EpochMs;
  readonly slept?: TimeSpan | null;
  /** When steps were last held, and for which channels. */
  readonly held?: (Concern & TimeSpan) | null;
  /** Channels not caught up until then. */
  readonly halfRead?: { readonly channels: readonly string[]; readonly until: EpochMs } | null;
  /** Channels with unrecorded events, whether steps are held or not. */
  readonly standing?: Concern | null;
  /**
   * The machine's clock was set back. Waits recorded up to `lastEvent` keep the old time, so that nobody waits longer.
   */
  readonly setBack?: { readonly byMs: number; readonly lastEvent: number } | null;
  /** False once what the look knows is outdated. */
  inTime?(): boolean;
}

const NOTHING_DUE: Tick = { waits: 0, fired: [], breached: [] };

/**
 * Fires due steps of at most `limit` waits in one transaction (law 7), skipping waits locked by another clock and those
 * whose answer may be unread or unrecorded.
 */
export async function fireDue(store: Store, rules: ClockRules, about: Look): Promise<Tick> {
  try {
    return await fire(store, rules, about);
  } catch (error) {
    if (error instanceof TooLate) return NOTHING_DUE;
    throw error;
  }
}

/** The database hung; rolled back and tried again. */
class TooLate extends Error {}

async function fire(store: Store, rules: ClockRules, look: Look): Promise<Tick> {
  const { now, upSince, ableSince = upSince, slept = null } = look;
  return store.db.transaction().execute(async (tx) => {
    const found = await dueWaits(tx, look);
    const otherwise = found.filter(({ wait }) => isPlannedOtherwise(wait, rules)).map(({ wait }) => wait.id);
    const asked = await askedSoFar(tx, otherwise);
    const decided = found.map((due) => {
      const soFar = asked.get(due.wait.id) ?? NOBODY_ASKED;
      return decideSteps({ ...due, soFar }, rules, { now, upSince, ableSince, slept });
    });
    await save(tx, decided, now);
    if (look.inTime?.() === false) throw new TooLate();
    return {
      waits: found.length,
      fired: decided.flatMap(({ fired }) => fired),
      breached: decided.flatMap(({ wait, changes }) => (changes.includes('breached') ? [wait] : [])),
    };
  });
}

async function dueWaits(tx: Db, look: Look): Promise<Omit<DueWait, 'soFar'>[]> {
  const { now, held = null, halfRead = null, standing = null, setBack = null } = look;
  const halfReadChannels = [...(halfRead?.channels ?? [])];
  const byOldTime = setBack === null ? sql`false` : openedBy(setBack.lastEvent);
  const isDue =
    setBack === null
      ? sql`w.due_at <= ${iso(now)}`
      : sql`(w.due_at <= ${iso(now)} or w.due_at <= ${iso(now + setBack.byMs)} and ${byOldTime})`;
  const found = await sql<
    WaitRow & {
      planned_at: EpochMs | null;
      was_held: boolean;
      was_half_read: boolean;
      unrecorded: boolean;
      by_old_time: boolean;
    }
  >`
    select ${WAIT_COLUMNS}, w.planned_at, ${isKnownOn(held)} as was_held, w.channel = any(${halfReadChannels}::text[]) as was_half_read,
      ${isKnownOn(standing)} as unrecorded, ${byOldTime} as by_old_time from waits w
    where ${isDue} and not ${mayBeAnswered(look.unread, look.unrecorded ?? [])}
    order by w.due_at limit ${look.limit} for update of w skip locked`.execute(tx);
  return found.rows.map(({ planned_at, was_held, was_half_read, unrecorded, by_old_time, ...wait }) => ({
    wait,
    plannedAt: planned_at,
    behindMs: by_old_time && setBack !== null ? setBack.byMs : 0,
    held: was_held ? held : null,
    unrecorded,
    unreadUntil: was_half_read ? (halfRead?.until ?? null) : null,
  }));
}

async function save(tx: Db, decided: readonly StepChanges[], now: EpochMs): Promise<void> {
  const all = <Part>(part: (one: StepChanges) => readonly Part[]): Part[] => decided.flatMap(part);
  const notices = all((one) => one.notices);
  const changes = all(({ wait, changes }) => changes.map((change) => ({ id: wait.id, change })));
  await saveWaits(
    tx,
    decided.map(({ wait }) => wait),
    now,
  );
  await saveCorrections(
    tx,
    all(({ corrections }) => corrections),
    now,
  );
  await saveSteps(
    tx,
    all(({ steps }) => steps),
    now,
  );
  await replaceHeld(tx, notices);
  await saveNotices(tx, notices, now);
  await savePassedOver(
    tx,
    all(({ passedOver }) => passedOver),
    now,
  );
  if (changes.length > 0) await signal(tx, { about: 'waits', changes });
  if (notices.length > 0) await signal(tx, { about: 'outbox' });
}

async function saveSteps(tx: Db, steps: readonly RecordedStep[], now: EpochMs): Promise<void> {
  if (steps.length === 0) return;
  const rows = steps.map((step) => ({
    wait_id: step.waitId,
    step: step.step,
    stage: step.stage,
    due_at: iso(step.dueAt),
    late_reason: step.lateReason,
    skipped: step.skipped,
    recipients: step.asked.map(({ person }) => person),
    asked: step.asked,
  }));
  await sql`
    insert into steps (wait_id, step, stage, due_at, fired_at, late_reason, skipped, recipients, asked)
    select wait_id, step, stage, due_at, ${iso(now)}::timestamptz, late_reason, skipped, recipients, asked
    from ${rowsOf(rows, 'wait_id uuid, step integer, stage text, due_at timestamptz, late_reason text, skipped boolean, recipients text[], asked jsonb')}`.execute(
    tx,
  );
}

/** The earliest due time (index waits_due). */
export async function nextDueAt(
  store: Store,
  unread: readonly string[],
  unrecorded: readonly string[] = [],
): Promise<EpochMs | null> {
  const found = await sql<{ at: EpochMs | null }>`
    select w.due_at as at from waits w where w.due_at is not null and not ${mayBeAnswered(unread, unrecorded)} order by w.due_at limit 1`.execute(
    store.db,
  );
  return found.rows[0]?.at ?? null;
}

export const mayBeAnswered = (
  unread: readonly string[],
  unrecorded: readonly string[],
): RawBuilder<boolean> =>
  sql`(w.channel = any(${[...unread]}::text[]) or ${isKnownOn({ channels: unrecorded })})`;

/** SQL: opened by an event up to this position. */
const openedBy = (position: number): RawBuilder<boolean> =>
  sql`coalesce((select e.position from events e where e.channel = w.channel and e.id = substr(w.opening, length(w.channel) + 2)) <= ${position}, false)`;

/** Position of the newest event; 0: none. */
export async function lastEvent(store: Store): Promise<number> {
  const found = await sql<{ position: number }>`
    select coalesce(max(position), 0) as position from events`.execute(store.db);
  return found.rows[0]?.position ?? 0;
}

/** SQL: the client is known on one of the channels (index threads_of_client); null means any. */
function isKnownOn(concern: Concern | null): RawBuilder<boolean> {
  if (concern === null || concern.channels?.length === 0) return sql`false`;
  if (concern.channels === null) return sql`true`;
  return sql`exists (select from threads t where t.client_id = w.client_id and t.channel = any(${[...concern.channels]}::text[]))`;
}
