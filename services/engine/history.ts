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
  /** The queue is empty; may reject. */
  queueCaughtUp(): Promise<boolean>;
}

/** History arrives in one go: silence this long ends it. */
const SETTLED_AFTER_MS = 30 * SECOND;

/**
 * Marks history at the start and after edits of `enforce_from`; once read, tells owners whom it left waiting. Resolves
 * after the first marking.
 */
export async function watchHistory(
  deps: HistoryDeps,
  everyMs: number = 2 * SECOND,
): Promise<{ close(): Promise<void> }> {
  const failed = (error: unknown) =>
    deps.log.warn({ err: error }, 'history could not be told apart; it is looked again');
  // Before the clock: no history may fire.
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

/** At most the shortest `warn`, which is seconds in a trial. */
const settledAfter = ({ channels }: Config): number =>
  Math.min(SETTLED_AFTER_MS, ...[...channels.values()].map(({ policy }) => policy.warn));
