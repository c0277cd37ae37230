import { performance } from 'node:perf_hooks';
import { type DurationMs, type EpochMs, SECOND, type TimeSpan } from '@otklik/domain';
import type { Log } from '@otklik/telemetry';

/** Waking so late without having worked: the machine stood still. */
const STANDSTILL_MS = 5_000;
/** Less is ordinary timekeeping. */
const SET_BACK_MS = 2_000;

/** Suspensions and clock changes of this machine. */
export interface MachineTime {
  /** Since when steps could be fired without a break. */
  ableSince(): EpochMs;
  /** They could not until now. */
  wasUnable(): void;
  /** When it last stood still. */
  slept(): TimeSpan | null;
  /** It was set back after event `lastEvent` was recorded. */
  setBack(): { readonly byMs: DurationMs; readonly lastEvent: number } | null;
  /** Notices what happens during a sleep, which resolves with its intended length. */
  during(sleep: () => Promise<DurationMs>): Promise<void>;
}

/** `lastEvent`: position of the newest event. If it fails, the next sleep notices the jump again. */
export function watchMachineTime(
  now: () => EpochMs,
  lastEvent: () => Promise<number>,
  log: Pick<Log, 'warn'>,
): MachineTime {
  let ableSince = now();
  let slept: TimeSpan | null = null;
  let setBack: { byMs: DurationMs; lastEvent: number } | null = null;
  /** Wall clock minus monotonic clock. */
  const drift = () => now() - performance.now();
  let lastDrift = drift();

  const stoodStill = (from: EpochMs) => {
    slept = { from, to: now() };
    ableSince = slept.to;
    log.warn(
      { seconds: Math.round((slept.to - from) / SECOND) },
      'the machine slept, or its clock was set forward',
    );
  };
  const noticeJump = async (before: EpochMs): Promise<void> => {
    const jumped = drift() - lastDrift;
    const position = jumped <= -SET_BACK_MS ? await lastEvent() : null;
    lastDrift += jumped;
    if (jumped >= STANDSTILL_MS) {
      if (setBack !== null) setBack = { ...setBack, byMs: Math.max(0, setBack.byMs - jumped) };
      stoodStill(before);
    } else if (position !== null) {
      ableSince = Math.min(ableSince, now()); // it may lie in the future now
      setBack = { byMs: -jumped, lastEvent: position };
      log.warn({ seconds: Math.round(-jumped / SECOND) }, 'the clock of the machine was set back');
    }
  };
  return {
    ableSince: () => ableSince,
    wasUnable: () => {
      ableSince = now();
    },
    slept: () => slept,
    setBack: () => setBack,
    during: async (sleep) => {
      const before = { wall: now(), steady: performance.now(), worked: process.cpuUsage() };
      const forMs = await sleep();
      await noticeJump(before.wall); // a suspended machine stops the monotonic clock; setting the clock moves only the wall clock
      const stood = performance.now() - before.steady - forMs;
      const { user, system } = process.cpuUsage(before.worked);
      if (stood >= STANDSTILL_MS && (user + system) / 1_000 < stood / 2) stoodStill(before.wall);
    },
  };
}
