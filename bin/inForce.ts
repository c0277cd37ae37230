import { type Config, keptChannel } from '@otklik/config';
import type { EpochMs, Policy } from '@otklik/domain';
import { rulesOf } from '@otklik/engine';
import {
  followGoneChannels,
  followPeople,
  keepChannels,
  type LivePeople,
  type Rename,
  renameChannels,
  type Store,
  waitsOfGoneChannels,
} from '@otklik/store';
import type { Log } from '@otklik/telemetry';
import { pause, startLoop } from '@otklik/timing';

/** The configuration in force, with what the database adds: who is present, and the gone channels. */
export interface InForce {
  current(): Config;
  readonly people: LivePeople;
  /** Resolves when an edit is in force: channels are renamed and their settings kept. */
  put(next: Config): Promise<void>;
  close(): Promise<void>;
}

const RETRY_MS = 1_000;
const RENAME_EVERY_MS = 10_000;

interface InForceDeps {
  store: Store;
  log: Log;
  now(): EpochMs;
  /** Called after every change. */
  changed(): void;
  /** Adds when each channel began to be watched. */
  watched(config: Config): Promise<Config>;
}

export async function startInForce(first: Config, deps: InForceDeps): Promise<InForce> {
  const { store, log } = deps;
  let config = first;
  let closed = false;
  let wanted: Config = first;
  const people = await followPeople(store, {
    changed: deps.changed,
    error: (error) => log.warn({ err: error }, 'who is there could not be read; it is looked again'),
  });
  const gone = await followGoneChannels(store, {
    changed: deps.changed,
    error: (error) =>
      log.warn({ err: error }, 'what is kept of channels could not be read; it is looked again'),
  });
  const live = (of: Config): Config => {
    const known = people.of(of.people);
    return { ...of, people: known, gone: gone.of(of.channels, known) };
  };
  const rename = (by: Config = config) => renameChannelsOf(by, live(by), deps);
  /** Renames come first: a channel under its old id would seem gone. */
  const prepare = async (read: Config): Promise<Config> => {
    await rename(read);
    const next = await deps.watched(read);
    await keepChannels(store, [...next.channels.values()].map(keptChannel), policyOf(next), deps.now());
    await gone.refresh();
    await warnOfGoneWaits(next, deps);
    return next;
  };
  config = await prepare(first);
  /** For events that were on their way under an old id. */
  const renaming = startLoop(() => rename(), {
    everyMs: RENAME_EVERY_MS,
    waitsFirst: true,
    failed: (error) => log.warn({ err: error }, 'channels could not be renamed; it is tried again'),
  });
  return {
    current: () => live(config),
    people,
    put: async (next) => {
      wanted = next;
      while (!closed && wanted === next) {
        try {
          const prepared = await prepare(next);
          if (wanted !== next) return;
          config = prepared;
          deps.changed();
          await rename();
          return;
        } catch (error) {
          log.error({ err: error }, 'an edit of otklik.yaml waits for the database; it is tried again');
          await pause(RETRY_MS);
        }
      }
    },
    close: async () => {
      closed = true;
      await renaming.close();
      await gone.close();
      await people.close();
    },
  };
}

async function renameChannelsOf(
  config: Config,
  live: Config,
  { store, log, now }: InForceDeps,
): Promise<void> {
  for (const { from, to } of await renameChannels(store, renamesOf(config), rulesOf(live), now()))
    log.info({ from, to }, 'a channel has another id: its history and open waits have followed');
}

async function warnOfGoneWaits({ channels }: Config, { store, log }: InForceDeps): Promise<void> {
  for (const { channel, waits } of await waitsOfGoneChannels(store, [...channels.keys()]))
    log.warn(
      { channel, waits },
      `${waits} open waits of channel ${channel}, which is gone: they go on under its last settings, and answers there are not seen`,
    );
}

const renamesOf = ({ channels }: Config): Rename[] =>
  [...channels.values()].flatMap(({ id, kind, formerly }) =>
    formerly.map((from) => ({ from, to: id, kind })),
  );

const policyOf = ({ policies }: Config): Policy => {
  const policy = policies.get('default');
  if (policy === undefined) throw new Error('the policy default always exists');
  return policy;
};
