import { performance } from 'node:perf_hooks';
import type { Config } from '@otklik/config';
import { type BacklogState, type Concern, type EpochMs, SECOND } from '@otklik/domain';
import {
  type ChannelState,
  channelStates,
  fireDue,
  lastEvent,
  listen,
  nextDueAt,
  returnUntaken,
  type Store,
} from '@otklik/store';
import type { Log, Metrics } from '@otklik/telemetry';
import { rulesOf } from './rules.ts';

export interface ClockDeps {
  config(): Config;
  store: Store;
  metrics: Metrics;
  log: Log;
  now(): EpochMs;
  /** Acknowledged but unrecorded events. */
  backlog(ableSince: EpochMs): Promise<BacklogState>;
}

export interface Clock {
  close(): Promise<void>;
}

const LIMIT = 500;
/** Longest hold for a lagging channel without progress (law 7). */
const LONGEST_HOLD_MS = 30_000;
/** Longest hold for a lagging channel with progress (law 7). */
const LONGEST_READING_MS = 300_000;
/** Polls, as a signal may be lost. */
const LOOK_EVERY_MS = 1_000;
const HOLD_CHECK_MS = 50;
const RETRY_MS = 200;
/** The decisions of a longer look are outdated. */
const LONGEST_LOOK_MS = 1_000;
/** Waking so late without having worked: the machine stood still. */
const STANDSTILL_MS = 5_000;

/** Less is ordinary timekeeping. */
const SET_BACK_MS = 2_000;

interface Held extends Concern {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/** Sleeps until the next due step, is woken by earlier ones, and decides by the tables alone. */
export async function startClock(deps: ClockDeps): Promise<Clock> {
  const startedAt = deps.now();
  /** When it began to fire: at the start it waits for the queue. */
  let upSince: EpochMs | null = null;
  /** Since when servers and machine let it fire. */
  let ableSince = startedAt;
  let slept: { from: EpochMs; to: EpochMs } | null = null;
  /** The machine's clock was set back after `lastEvent` was recorded. */
  let setBack: { byMs: number; lastEvent: number } | null = null;
  let held: Held | null = null;
  /** Channels last seen behind. */
  let halfRead: { channels: readonly string[]; until: EpochMs } | null = null;
  /** Last look at untaken hand-overs. */
  let gaveBackAt = Number.NEGATIVE_INFINITY;
  let running = true;
  /** Earliest due time signalled since the last look. */
  let toldOf = Number.POSITIVE_INFINITY;
  let wakeAt = Number.NEGATIVE_INFINITY;
  let wake = () => {};

  const hurry = (at: EpochMs) => {
    toldOf = Math.min(toldOf, at);
    if (at < wakeAt) wake();
  };
  const listening = await listen(deps.store, {
    signal: (said) => said.about === 'due' && hurry(said.at),
    gap: () => hurry(Number.NEGATIVE_INFINITY),
    error: (error) => deps.log.warn({ err: error }, 'the clock does not hear; it looks every second'),
  });
  /** Wall clock minus monotonic clock. */
  const drift = () => deps.now() - performance.now();
  let lastDrift = drift();
  const noticeJump = async (before: EpochMs): Promise<void> => {
    const jumped = drift() - lastDrift;
    // Without an answer the next look notices the jump again.
    const position = jumped <= -SET_BACK_MS ? await lastEvent(deps.store) : null;
    lastDrift += jumped;
    if (jumped >= STANDSTILL_MS) {
      if (setBack !== null) setBack = { ...setBack, byMs: Math.max(0, setBack.byMs - jumped) };
      standstill(before);
    } else if (position !== null) {
      // They may lie in the future now.
      ableSince = Math.min(ableSince, deps.now());
      upSince = upSince === null ? null : Math.min(upSince, deps.now());
      setBack = { byMs: -jumped, lastEvent: position };
      deps.log.warn({ seconds: Math.round(-jumped / SECOND) }, 'the clock of the machine was set back');
    }
  };
  const standstill = (from: EpochMs) => {
    slept = { from, to: deps.now() };
    ableSince = slept.to;
    deps.log.warn(
      { seconds: Math.round((slept.to - from) / SECOND) },
      'the machine slept, or its clock was set forward',
    );
  };
  const sleepUntil = async (latest: EpochMs) => {
    const at = Math.min(latest, toldOf); // signalled during the look
    const before = { wall: deps.now(), steady: performance.now(), worked: process.cpuUsage() };
    const forMs = Math.max(0, at - before.wall);
    await new Promise<void>((resolve) => {
      wakeAt = at;
      const timer = setTimeout(resolve, forMs);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    wakeAt = Number.NEGATIVE_INFINITY;
    await noticeJump(before.wall); // a suspended machine stops the monotonic clock; setting the clock moves only the wall clock
    const stood = performance.now() - before.steady - forMs;
    const { user, system } = process.cpuUsage(before.worked);
    if (stood >= STANDSTILL_MS && (user + system) / 1_000 < stood / 2) standstill(before.wall);
  };

  let mayBeBehind = true;
  const unread = async (): Promise<string[]> => {
    if (!mayBeBehind) return [];
    // Before the states are read: progress meanwhile must not look like a standstill.
    const now = deps.now();
    const states = [...(await channelStates(deps.store)).values()];
    const behind = states.filter(
      ({ caught_up, channel }) => !caught_up && deps.config().channels.has(channel),
    );
    if (behind.length === 0 || now - startedAt >= LONGEST_READING_MS) mayBeBehind = false;
    if (!mayBeBehind) return [];
    const movedAt = ({ progress_at }: ChannelState) => Math.max(startedAt, progress_at ?? startedAt);
    return behind.filter((state) => now - movedAt(state) < LONGEST_HOLD_MS).map(({ channel }) => channel);
  };

  /** Returns when to look again. */
  const look = async (): Promise<EpochMs> => {
    toldOf = Number.POSITIVE_INFINITY;
    const backlog = await deps.backlog(ableSince);
    const checkAt = deps.now() + HOLD_CHECK_MS;
    if (backlog.held !== null) held = longer(held, backlog.held, deps.now());
    if (backlog.held?.channels === null) return checkAt;
    upSince ??= deps.now();
    const behind = await unread();
    const unrecorded = backlog.held?.channels ?? [];
    const now = deps.now();
    const startedLook = performance.now();
    const rules = rulesOf(deps.config());
    if (now - gaveBackAt >= LOOK_EVERY_MS || now < gaveBackAt) {
      // Before the steps, which ask the present owner.
      await returnUntaken(deps.store, rules, { now, ableSince, unread: behind, unrecorded }).catch((error) =>
        // Steps fire all the same.
        deps.log.error({ err: error }, 'what was not taken could not go back; it is tried again'),
      );
      gaveBackAt = now;
    }
    const tick = await fireDue(deps.store, rules, {
      now,
      upSince,
      ableSince,
      slept,
      held,
      halfRead,
      standing: backlog.standing,
      setBack,
      unread: behind,
      unrecorded,
      limit: LIMIT,
      inTime: () => performance.now() - startedLook < LONGEST_LOOK_MS,
    });
    if (behind.length > 0) halfRead = { channels: behind, until: now };
    for (const { clockLateness: late } of tick.fired)
      if (late !== null) deps.metrics.stepLateness.observe(late / SECOND);
    if (tick.waits === LIMIT) return now;
    const next = (await nextDueAt(deps.store, behind, unrecorded)) ?? Number.POSITIVE_INFINITY;
    const soon = behind.length > 0 || backlog.begun.size > 0 || setBack !== null;
    return Math.min(next, soon ? checkAt : now + LOOK_EVERY_MS);
  };

  const run = async () => {
    while (running) {
      const startedLook = performance.now();
      let next: EpochMs;
      try {
        next = await look();
      } catch (error) {
        deps.log.error({ err: error }, 'the clock could not look; it tries again');
        next = deps.now() + RETRY_MS;
        ableSince = deps.now();
      }
      // The database hung: events that it delayed come before any step.
      if (performance.now() - startedLook > LONGEST_LOOK_MS) ableSince = deps.now();
      await sleepUntil(next).catch((error) =>
        deps.log.error(
          { err: error },
          'the clock was set back and the database does not answer; it looks again',
        ),
      );
    }
  };
  const done = run();
  return {
    close: async () => {
      running = false;
      wake();
      await done;
      await listening.close();
    },
  };
}

/** Consecutive holds count as one. */
function longer(before: Held | null, { channels }: Concern, now: EpochMs): Held {
  if (before === null || now - before.to > LONGEST_HOLD_MS) return { from: now, to: now, channels };
  const all = before.channels === null || channels === null;
  return {
    from: before.from,
    to: now,
    channels: all ? null : [...new Set([...(before.channels ?? []), ...(channels ?? [])])],
  };
}
