import {
  type Asked,
  type Concern,
  channelIn,
  clockLateness,
  type DurationMs,
  dueSteps,
  type EpochMs,
  heldUntil,
  type LateReason,
  lateReason,
  onDuty,
  SECOND,
  type Step,
  type TimeSpan,
  withStandIns,
} from '@otklik/domain';
import { type RawBuilder, sql } from 'kysely';
import type { ClockRules } from './clockRules.ts';
import { type NewNotice, replaceHeld, saveNotices } from './notices.ts';
import { isPlannedOtherwise } from './plans.ts';
import { chainFor, type PassedOver, savePassedOver, whyDeaf } from './reach.ts';
import { type Correction, openWaitOf, saveCorrections } from './record.ts';
import { askedSoFar, NOBODY_ASKED, underPresentPolicy } from './replanned.ts';
import { iso, rowsOf } from './rows.ts';
import { signal, type WaitChange } from './signals.ts';
import type { Db, Store } from './store.ts';
import { saveWaits, WAIT_COLUMNS, type WaitRow } from './waitRows.ts';

export interface Tick {
  /** How many waits were looked at: the limit means that there may be more. */
  readonly waits: number;
  readonly fired: readonly {
    readonly wait: WaitRow;
    readonly step: Step;
    readonly lateReason: LateReason | null;
    /** The clock's own; null: nothing can be said of it. */
    readonly clockLateness: DurationMs | null;
  }[];
  /** Waits that passed the end of their window now. */
  readonly breached: readonly WaitRow[];
}

/** What a look of the clock knows of the time and of what stands in its way. */
export interface Look {
  readonly now: EpochMs;
  readonly upSince: EpochMs;
  /** Channels that are not read to their end: none of their waits fires now. */
  readonly unread: readonly string[];
  /** Channels of which events are unrecorded: no wait of a client who is known on them fires now. */
  readonly unrecorded?: readonly string[];
  readonly limit: number;
  /** Since when it could fire without a break; `upSince` when left out. */
  readonly ableSince?: EpochMs;
  readonly slept?: TimeSpan | null;
  /** When, and for the sake of which channels, steps were last held back. */
  readonly held?: (Concern & TimeSpan) | null;
  /** Which channels were half read, and until when. */
  readonly halfRead?: { readonly channels: readonly string[]; readonly until: EpochMs } | null;
  /** Events of these channels are unrecorded, whether steps are held for them or not. */
  readonly standing?: Concern | null;
  /**
   * The clock of this machine was set back by so much. What was recorded up to the event of that position goes on by the
   * time that it began with: nobody waits longer for it.
   */
  readonly setBack?: { readonly byMs: number; readonly lastEvent: number } | null;
  /** Whether the look has not lasted so long that it finds another world than the one that it began with. */
  inTime?(): boolean;
}

const NOTHING_DUE: Tick = { waits: 0, fired: [], breached: [] };

/**
 * Fires what is due at `now`, for at most `limit` waits, in one transaction (law 7). Several clocks may run at once:
 * each takes waits that no other holds. Waits are left alone where an answer may lie unread or unrecorded.
 */
export async function fireDue(store: Store, rules: ClockRules, about: Look): Promise<Tick> {
  try {
    return await fire(store, rules, about);
  } catch (error) {
    if (error instanceof TooLate) return NOTHING_DUE;
    throw error;
  }
}

/** The database hung during the look. Nothing was fired; it is looked anew. */
class TooLate extends Error {}

async function fire(store: Store, rules: ClockRules, about: Look): Promise<Tick> {
  const {
    slept = null,
    held = null,
    halfRead = null,
    standing = null,
    setBack = null,
    ableSince = about.upSince,
  } = about;
  return store.db.transaction().execute(async (tx) => {
    const byOldTime = setBack === null ? sql`false` : openedBy(setBack.lastEvent);
    const found = await sql<
      WaitRow & {
        planned_at: EpochMs | null;
        was_held: boolean;
        was_half_read: boolean;
        unrecorded: boolean;
        by_old_time: boolean;
      }
    >`
      select ${WAIT_COLUMNS}, w.planned_at, ${isKnownOn(held)} as was_held, w.channel = any(${[...(halfRead?.channels ?? [])]}::text[]) as was_half_read,
        ${isKnownOn(standing)} as unrecorded, ${byOldTime} as by_old_time from waits w
      where (w.due_at <= ${iso(about.now)} ${setBack === null ? sql`` : sql`or w.due_at <= ${iso(about.now + setBack.byMs)} and ${byOldTime}`}) and not ${mayBeAnswered(about.unread, about.unrecorded ?? [])}
      order by w.due_at limit ${about.limit} for update of w skip locked`.execute(tx);
    const saved: WaitRow[] = [];
    const steps: (Step & { waitId: string; skipped: boolean; lateReason: LateReason | null })[] = [];
    const notices: NewNotice[] = [];
    const passedOver: PassedOver[] = [];
    const changes: { id: string; change: WaitChange }[] = [];
    const breached: WaitRow[] = [];
    const fired: Tick['fired'][number][] = [];
    const corrections: Correction[] = [];
    const otherwise = found.rows.filter((wait) => isPlannedOtherwise(wait, rules)).map(({ id }) => id);
    const askedOf = await askedSoFar(tx, otherwise);
    for (const { planned_at, was_held, was_half_read, unrecorded, by_old_time, ...row } of found.rows) {
      const behind = by_old_time && setBack !== null ? setBack.byMs : 0;
      const now = about.now + behind;
      /** As the clock shows it now. */
      const asShown = (step: Step): Step => ({ ...step, dueAt: step.dueAt - behind });
      if (row.closed_at !== null || row.voided_at !== null) {
        saved.push({ ...row, due_at: null });
        continue;
      }
      const channel = channelIn(rules, row.channel);
      // Its rungs must be those of the policy in force before one of them fires.
      const planned = underPresentPolicy(row, askedOf.get(row.id) ?? NOBODY_ASKED, rules, now);
      const { wait } = planned;
      corrections.push(...planned.corrections);
      const due = dueSteps(openWaitOf(wait, channel), channel.policy, rules.calendar, rules.people, now);
      const overdue = Math.max(0, ...due.fire.map(({ dueAt }) => now - dueAt)) / SECOND;
      const isByPolicy = (dueAt: EpochMs) => wait.policy_at !== null && dueAt < wait.policy_at;
      const ourFault = due.fire.some(({ dueAt }) => dueAt < about.upSince && !isByPolicy(dueAt));
      const outage = ourFault ? Math.max(wait.outage_seconds, overdue) : wait.outage_seconds;
      const passed = [...due.fire, ...due.skipped];
      const after: WaitRow = {
        ...wait,
        outage_seconds: outage,
        late_delivered: Math.max(wait.late_delivered, outage),
        warned_at: due.warned ? wait.warn_at : null,
        breached_at: due.breached ? wait.breach_at : null,
        steps_done: due.stepsDone,
        missed_told: wait.missed_told || passed.some(({ step }) => step === 0),
        due_at: due.nextDueAt,
      };
      saved.push(after);
      if (!wait.warned_at && after.warned_at) changes.push({ id: wait.id, change: 'warned' });
      if (!wait.breached_at && after.breached_at) {
        changes.push({ id: wait.id, change: 'breached' });
        breached.push(after);
      }
      for (const step of due.skipped)
        steps.push({ ...asShown(step), waitId: wait.id, skipped: true, lateReason: null });
      for (const step of due.fire) {
        const firedStep = {
          dueAt: step.dueAt,
          firedAt: now,
          seenAt: step.step === 0 ? (wait.missed_seen_at ?? wait.seen_at) : wait.seen_at,
          upSince: about.upSince,
          ableSince,
          correctedAt: wait.corrected_at,
          policyAt: wait.policy_at,
          slept,
          held: was_held ? held : null,
          unrecorded,
          unreadUntil: was_half_read ? (halfRead?.until ?? null) : null,
          plannedAt: planned_at,
          handedOver: wait.owner_why === 'handed_over' || wait.owner_why === 'handed_back',
        };
        const late = lateReason(firedStep);
        const { asked, deaf } = standIns(wait, asShown(step), rules, about.now);
        const told = { ...asShown(step), asked };
        steps.push({ ...told, waitId: wait.id, skipped: false, lateReason: late });
        fired.push({ wait: after, step, lateReason: late, clockLateness: clockLateness(firedStep) });
        notices.push(...noticesOf(wait, told, late, deaf, rules, about.now));
        passedOver.push(...deaf);
      }
    }
    await saveWaits(tx, saved, about.now);
    await saveCorrections(tx, corrections, about.now);
    await saveSteps(tx, steps, about.now);
    await replaceHeld(tx, notices);
    await saveNotices(tx, notices, about.now);
    await savePassedOver(tx, passedOver, about.now);
    if (changes.length > 0) await signal(tx, { about: 'waits', changes });
    if (notices.length > 0) await signal(tx, { about: 'outbox' });
    if (about.inTime?.() === false) throw new TooLate();
    return { waits: found.rows.length, fired, breached };
  });
}

/** A step's people, with whoever is asked for those of them whom nothing reaches, as far as that is known (law 6). */
function standIns(
  wait: WaitRow,
  step: Step,
  rules: ClockRules,
  now: EpochMs,
): { asked: readonly Asked[]; deaf: readonly PassedOver[] } {
  if (!rules.reach.hasWays) return { asked: step.asked, deaf: [] };
  const { asked, passedOver } = withStandIns(step.asked, chainFor(rules, wait), now);
  const about = { wait_id: wait.id, step: step.step, due_at: step.dueAt, stage: step.stage };
  return {
    asked,
    deaf: passedOver.map(({ person, instead }) => ({
      ...about,
      person,
      why: whyDeaf(rules, person),
      instead,
    })),
  };
}

function noticesOf(
  wait: WaitRow,
  step: Step,
  late: LateReason | null,
  deaf: readonly PassedOver[],
  rules: ClockRules,
  now: EpochMs,
): NewNotice[] {
  const duty = onDuty(channelIn(rules, wait.channel), now);
  return step.asked.flatMap((asked) => {
    const { person: recipient } = asked;
    const person = rules.people.get(recipient);
    const insteadOf = deaf.find(({ instead }) => instead.includes(recipient))?.person;
    // Who stands in for somebody is told now, whatever their quiet hours.
    const quiet = insteadOf === undefined ? heldUntil(asked, rules.people, duty, now) : null;
    return (person ? rules.transportsOf(person) : []).map((transport) => ({
      ...(quiet !== null && { held: true, not_before: quiet }),
      type: 'wait.step' as const,
      wait_id: wait.id,
      channel: wait.channel,
      step: step.step,
      stage: step.stage,
      recipient,
      transport,
      due_at: step.dueAt,
      late_reason: late,
      ...(asked.why === 'instead' && insteadOf !== undefined && { instead_of: insteadOf }),
    }));
  });
}

async function saveSteps(
  tx: Db,
  steps: readonly (Step & { waitId: string; skipped: boolean; lateReason: LateReason | null })[],
  now: EpochMs,
) {
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

/** When the earliest wait is due (index waits_due), or null. */
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

/** SQL that is true of a wait whose opening was recorded no later than the event of that position. */
const openedBy = (position: number): RawBuilder<boolean> =>
  sql`coalesce((select e.position from events e where e.channel = w.channel and e.id = substr(w.opening, length(w.channel) + 2)) <= ${position}, false)`;

/** The position of the newest event; 0 when there is none. */
export async function lastEvent(store: Store): Promise<number> {
  const found = await sql<{ position: number }>`
    select coalesce(max(position), 0) as position from events`.execute(store.db);
  return found.rows[0]?.position ?? 0;
}

/** SQL that is true of a wait whose client is known on one of the channels (index threads_of_client); null means any. */
function isKnownOn(concern: Concern | null): RawBuilder<boolean> {
  if (concern === null || concern.channels?.length === 0) return sql`false`;
  if (concern.channels === null) return sql`true`;
  return sql`exists (select from threads t where t.client_id = w.client_id and t.channel = any(${[...concern.channels]}::text[]))`;
}
