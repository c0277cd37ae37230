import { hostname } from 'node:os';
import { type EpochMs, type Event, SECOND } from '@otklik/domain';
import { openSpool, type Spool, type SpoolFault } from '@otklik/queue';
import { forgetDeadSpools, reportSpool, type Store } from '@otklik/store';
import type { Log } from '@otklik/telemetry';
import { startLoop, withTimeout } from '@otklik/timing';
import type { EventJob } from './spooledQueue.ts';

/** What a spool holds: when its oldest event was received, and the channels of its events. */
interface Held {
  readonly since: EpochMs | null;
  readonly channels: readonly string[];
}

const NOTHING: Held = { since: null, channels: [] };

const and = (held: Held, events: readonly Event[]): Held => ({
  since: events.reduce(
    (since, { receivedAt }) => Math.min(since, receivedAt),
    held.since ?? Number.POSITIVE_INFINITY,
  ),
  channels: [...new Set([...held.channels, ...events.map(({ channel }) => channel)])],
});

/** Opens a spool that knows what it holds. `changed` is called when a channel joins, and when the spool is empty again. */
export async function openWatchedSpool(
  folder: string,
  onFault: (file: string, fault: SpoolFault) => void,
  changed: () => void,
): Promise<Spool<EventJob> & { held(): Held }> {
  let held = NOTHING;
  let adding = 0;
  const spool = await openSpool<EventJob>(folder, onFault, (job) => {
    held = and(held, job);
  });
  const forgetWhenEmpty = () => {
    if (adding > 0 || spool.events() > 0 || held === NOTHING) return;
    held = NOTHING;
    changed();
  };
  return {
    events: spool.events,
    check: spool.check,
    held: () => held,
    add: async (job, events) => {
      // Told before it is on disk: a clock that waits for a refused event does little harm.
      adding += 1;
      const before = held;
      held = and(held, job);
      if (held.channels.length > before.channels.length) changed();
      try {
        await spool.add(job, events);
      } finally {
        adding -= 1;
        forgetWhenEmpty();
      }
    },
    drain: async (give) => {
      const drained = await spool.drain(give);
      forgetWhenEmpty();
      return drained;
    },
  };
}

const REPORT_EVERY_MS = SECOND;
const REPORT_WITHIN_MS = 2 * SECOND;
/** A process that ended longer ago and was not started again concerns no clock. */
const FORGOTTEN_AFTER_MS = 60 * SECOND;

/**
 * Tells the clocks of all engines each second, and at every change, what lies on the local disk of this process (law 7).
 * A missing report tells them that something is wrong.
 */
export function reportSpooled(deps: {
  store: Store;
  dataDir: string;
  held(): Held;
  log: Log;
  now(): EpochMs;
}): { changed(): void; close(): Promise<void> } {
  const { store, log, now } = deps;
  const spool = `${hostname()}:${deps.dataDir}`;
  let isFailing = false;
  const report = async () => {
    await withTimeout(REPORT_WITHIN_MS, reportSpool(store, { spool, at: now(), ...deps.held() }));
    isFailing = false;
  };
  const failed = (error: unknown) => {
    if (!isFailing) log.warn({ err: error }, 'what lies on the local disk could not be reported');
    isFailing = true;
  };
  const reporting = startLoop(report, { everyMs: REPORT_EVERY_MS, failed });
  void forgetDeadSpools(store, now() - FORGOTTEN_AFTER_MS).catch((error) =>
    log.warn({ err: error }, 'reports of ended processes could not be forgotten'),
  );
  return {
    changed: reporting.hurry,
    close: async () => {
      await reporting.close();
      await report().catch(failed); // an orderly end says what it leaves behind
    },
  };
}
