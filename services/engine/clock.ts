import type { Config } from '@otklik/config';
import { type EpochMs, SECOND } from '@otklik/domain';
import { channelStates, fireDue, listen, nextDueAt, type Store } from '@otklik/store';
import type { Log, Metrics } from '@otklik/telemetry';
import { rulesOf } from './rules.ts';

export interface ClockWorld {
  config(): Config;
  store: Store;
  metrics: Metrics;
  log: Log;
  now(): EpochMs;
  /** Whether all that was in the queue when we started has been recorded. */
  queueCaughtUp(): Promise<boolean>;
}

export interface Clock {
  close(): Promise<void>;
}

const LIMIT = 500;
/** However far a channel lags, alarms are not held back longer (law 7). */
const LONGEST_HOLD_MS = 30_000;
/** Nobody may have told us of an earlier due time: the tables are asked this often. */
const LOOK_EVERY_MS = 1_000;
const HOLD_CHECK_MS = 50;
const RETRY_MS = 200;

/** Fires steps at their time: sleeps until the next is due, is woken by earlier ones, and takes its truth from the tables alone. */
export async function startClock(world: ClockWorld): Promise<Clock> {
  const startedAt = world.now();
  let upSince = startedAt;
  let running = true;
  let wakeAt = Number.POSITIVE_INFINITY;
  let wake = () => {};

  const hurry = (at: EpochMs) => {
    if (at < wakeAt) wake();
  };
  const listening = await listen(world.store, {
    signal: (said) => said.about === 'due' && hurry(said.at),
    gap: () => hurry(Number.NEGATIVE_INFINITY),
    error: (error) => world.log.warn({ err: error }, 'the clock does not hear; it looks every second'),
  });
  const sleepUntil = (at: EpochMs) =>
    new Promise<void>((resolve) => {
      wakeAt = at;
      const timer = setTimeout(resolve, Math.max(0, at - world.now()));
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  /** Channels that have not been read to their end since the start. */
  let held = true;
  const unread = async (): Promise<string[]> => {
    if (!held) return [];
    const behind = [...(await channelStates(world.store)).values()]
      .filter((state) => !state.caught_up)
      .map(({ channel }) => channel);
    if (behind.length === 0 || world.now() - startedAt >= LONGEST_HOLD_MS) held = false;
    return held ? behind : [];
  };

  const run = async () => {
    while (running && !(await world.queueCaughtUp()) && world.now() - startedAt < LONGEST_HOLD_MS) {
      await sleepUntil(world.now() + HOLD_CHECK_MS);
    }
    upSince = world.now();
    while (running) {
      try {
        const behind = await unread();
        const now = world.now();
        const tick = await fireDue(world.store, rulesOf(world.config()), {
          now,
          upSince,
          unread: behind,
          limit: LIMIT,
        });
        for (const { step } of tick.fired) world.metrics.stepLateness.observe((now - step.dueAt) / SECOND);
        for (const { channel, owner } of tick.breached) world.metrics.breaches.inc({ channel, owner });
        if (tick.waits === LIMIT) continue;
        const next = (await nextDueAt(world.store, behind)) ?? Number.POSITIVE_INFINITY;
        await sleepUntil(Math.min(next, world.now() + (behind.length > 0 ? HOLD_CHECK_MS : LOOK_EVERY_MS)));
      } catch (error) {
        world.log.error({ err: error }, 'the clock could not look; it tries again');
        await sleepUntil(world.now() + RETRY_MS);
      }
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
