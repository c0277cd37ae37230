import { performance } from 'node:perf_hooks';
import type { Config } from '@otklik/config';
import { type BacklogState, type ClockRules, type Concern, type EpochMs, SECOND } from '@otklik/domain';
import { fireDue, lastEvent, listen, nextDueAt, returnUntaken, type Store } from '@otklik/store';
import type { Log, Metrics } from '@otklik/telemetry';
import { createAlarm } from './alarm.ts';
import { type Cadences, createCadences } from './cadences.ts';
import { type MachineTime, watchMachineTime } from './machineTime.ts';
import { rulesOf } from './rules.ts';
import { watchUnread } from './unread.ts';

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
/** Holds within this time of each other count as one. */
const SAME_HOLD_MS = 30_000;
/** Polls, as a signal may be lost. */
const LOOK_EVERY_MS = 1_000;
const HOLD_CHECK_MS = 50;
const RETRY_MS = 200;
/** The decisions of a longer look are outdated. */
const LONGEST_LOOK_MS = 1_000;

interface Held extends Concern {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/** Sleeps until the next due step, is woken by earlier ones, and decides by the tables alone. */
export async function startClock(deps: ClockDeps): Promise<Clock> {
  const { now, log, store } = deps;
  const alarm = createAlarm(now);
  const time = watchMachineTime(now, () => lastEvent(store), log);
  const cadences = createCadences(deps);
  const look = lookingBy(deps, time, cadences);
  const listening = await listen(store, {
    signal: (said) => said.about === 'due' && alarm.set(said.at),
    gap: () => alarm.set(Number.NEGATIVE_INFINITY),
    error: (error) => log.warn({ err: error }, 'the clock does not hear; it looks every second'),
  });
  let running = true;
  const run = async () => {
    while (running) {
      const startedLook = performance.now();
      alarm.clear();
      const next = await look().catch((error) => {
        log.error({ err: error }, 'the clock could not look; it tries again');
        time.wasUnable();
        return now() + RETRY_MS;
      });
      // The database hung: events that it delayed come before any step.
      if (performance.now() - startedLook > LONGEST_LOOK_MS) time.wasUnable();
      await time
        .during(() => alarm.sleep(next))
        .catch((error) =>
          log.error(
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
      alarm.ring();
      await done;
      await cadences.idle();
      await listening.close();
    },
  };
}

/** Returns a function that looks once and returns when to look again. */
function lookingBy(deps: ClockDeps, time: MachineTime, cadences: Cadences): () => Promise<EpochMs> {
  const { now, store } = deps;
  const unread = watchUnread(deps);
  const giveBack = givingBack(deps);
  /** When it began to fire: at the start it waits for the queue. */
  let upSince: EpochMs | null = null;
  let held: Held | null = null;
  /** Channels last seen behind. */
  let halfRead: { channels: readonly string[]; until: EpochMs } | null = null;
  return async () => {
    const backlog = await deps.backlog(time.ableSince());
    const checkAt = now() + HOLD_CHECK_MS;
    if (backlog.held !== null) held = longer(held, backlog.held, now());
    if (backlog.held?.channels === null) return checkAt;
    upSince = Math.min(upSince ?? now(), now()); // the clock may have been set back since
    const behind = await unread();
    const unrecorded = backlog.held?.channels ?? [];
    const startedLook = performance.now();
    const rules = rulesOf(deps.config());
    const seen = { now: now(), ableSince: time.ableSince(), unread: behind, unrecorded };
    await giveBack(rules, seen); // before the steps, which ask the present owner
    const setBack = time.setBack();
    const tick = await fireDue(store, rules, {
      ...seen,
      upSince,
      slept: time.slept(),
      held,
      halfRead,
      standing: backlog.standing,
      setBack,
      limit: LIMIT,
      inTime: () => performance.now() - startedLook < LONGEST_LOOK_MS,
    });
    cadences.fire(rules, seen);
    if (behind.length > 0) halfRead = { channels: behind, until: seen.now };
    for (const { clockLateness: late } of tick.fired)
      if (late !== null) deps.metrics.stepLateness.observe(late / SECOND);
    if (tick.waits === LIMIT) return seen.now;
    const next = (await nextDueAt(store, behind, unrecorded)) ?? Number.POSITIVE_INFINITY;
    const soon = behind.length > 0 || backlog.begun.size > 0 || setBack !== null;
    return Math.min(next, soon ? checkAt : seen.now + LOOK_EVERY_MS);
  };
}

/** Returns untaken hand-overs, once a second. Its failure stops no step. */
function givingBack({ store, log }: ClockDeps) {
  let lookedAt = Number.NEGATIVE_INFINITY;
  return async (rules: ClockRules, seen: Parameters<typeof returnUntaken>[2]): Promise<void> => {
    if (seen.now >= lookedAt && seen.now - lookedAt < LOOK_EVERY_MS) return;
    await returnUntaken(store, rules, seen).catch((error) =>
      log.error({ err: error }, 'what was not taken could not go back; it is tried again'),
    );
    lookedAt = seen.now;
  };
}

/** Consecutive holds count as one. */
function longer(before: Held | null, { channels }: Concern, now: EpochMs): Held {
  if (before === null || now - before.to > SAME_HOLD_MS) return { from: now, to: now, channels };
  const all = before.channels === null || channels === null;
  return {
    from: before.from,
    to: now,
    channels: all ? null : [...new Set([...(before.channels ?? []), ...(channels ?? [])])],
  };
}
