import type { Config } from '@otklik/config';
import { type EpochMs, SECOND } from '@otklik/domain';
import { channelStates, moveBorders, type Store, tellLeftWaiting } from '@otklik/store';
import type { Log } from '@otklik/telemetry';
import { startLoop } from '@otklik/timing';
import { rulesOf } from './rules.ts';

interface HistoryDeps {
  config(): Config;
  store: Store;
  log: Log;
  now(): EpochMs;
  /** Whether nothing lies in the queue; may reject. */
  queueCaughtUp(): Promise<boolean>;
}

/** History comes in one go: so long after the last of it it has been read. */
const SETTLED_AFTER_MS = 30 * SECOND;

/**
 * Tells apart who waited before their channel was watched, at the start and after every edit of `enforce_from`; once history has
 * been read, tells its owners whom it left waiting. Resolves when the first has been done.
 */
export async function watchHistory(
  deps: HistoryDeps,
  everyMs: number = 2 * SECOND,
): Promise<{ close(): Promise<void> }> {
  const failed = (error: unknown) =>
    deps.log.warn({ err: error }, 'history could not be told apart; it is looked again');
  // Before the clock looks: of what is history now nothing may fire.
  await tellApart(deps).catch(failed);
  return startLoop(
    async () => {
      await tellApart(deps);
      await tellOwners(deps);
    },
    { everyMs, failed, waitsFirst: true },
  );
}

async function tellApart({ config, store, log, now }: HistoryDeps): Promise<void> {
  const clients = await moveBorders(store, rulesOf(config()), now());
  if (clients > 0)
    log.info({ clients }, 'since when channels are watched was edited: who waits was told apart anew');
}

async function tellOwners({ config, store, log, now, queueCaughtUp }: HistoryDeps): Promise<void> {
  if (!(await queueCaughtUp())) return;
  const unread = [...(await channelStates(store)).values()].filter((state) => !state.caught_up);
  const told = await tellLeftWaiting(store, rulesOf(config()), {
    now: now(),
    quietSince: now() - settledAfter(config()),
    unread: unread.map(({ channel }) => channel),
  });
  if (told > 0) log.info({ people: told }, 'owners were told whom history left waiting');
}

/** No longer than the shortest patience of the company's, which in a trial is seconds. */
const settledAfter = ({ channels }: Config): number =>
  Math.min(SETTLED_AFTER_MS, ...[...channels.values()].map(({ policy }) => policy.warn));
