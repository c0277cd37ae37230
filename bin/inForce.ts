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

/** The configuration that is in force, with what the database knows besides: who is there, and channels that are gone. */
export interface InForce {
  current(): Config;
  readonly people: LivePeople;
  /** Puts an edit in force: resolves when the channels have the ids that it gives them, and their settings are kept. */
  put(next: Config): Promise<void>;
  close(): Promise<void>;
}

const RETRY_MS = 1_000;

/** `changed` is called whenever anything of it is another than before. */
export async function startInForce(
  first: Config,
  deps: {
    store: Store;
    log: Log;
    now(): EpochMs;
    changed(): void;
    /** With the moments from which its channels are watched. */
    watched(config: Config): Promise<Config>;
  },
): Promise<InForce> {
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
  const rename = async (by: Config = config) => {
    for (const { from, to } of await renameChannels(store, renamesOf(by), rulesOf(live(by)), deps.now()))
      log.info({ from, to }, 'a channel has another id: its history and open waits have followed');
  };
  /** In the order in which it must be: what is under an old id must not be found missing under the new one. */
  const prepare = async (read: Config): Promise<Config> => {
    await rename(read);
    const next = await deps.watched(read);
    await keepChannels(store, [...next.channels.values()].map(keptChannel), policyOf(next), deps.now());
    await gone.refresh();
    for (const { channel, waits } of await waitsOfGoneChannels(store, [...next.channels.keys()]))
      log.warn(
        { channel, waits },
        `${waits} open waits of channel ${channel}, which is gone: they go on under its last settings, and answers there are not seen`,
      );
    return next;
  };
  config = await prepare(first);
  /** What was still on its way under an old id when the channel was renamed. */
  const again = setInterval(() => {
    void rename().catch((error) =>
      log.warn({ err: error }, 'channels could not be renamed; it is tried again'),
    );
  }, RENAME_EVERY_MS);
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
          // What came under an old id meanwhile.
          await rename();
          return;
        } catch (error) {
          log.error({ err: error }, 'an edit of otklik.yaml waits for the database; it is tried again');
          await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
        }
      }
    },
    close: async () => {
      closed = true;
      clearInterval(again);
      await gone.close();
      await people.close();
    },
  };
}

const RENAME_EVERY_MS = 10_000;

const renamesOf = ({ channels }: Config): Rename[] =>
  [...channels.values()].flatMap(({ id, kind, formerly }) =>
    formerly.map((from) => ({ from, to: id, kind })),
  );

const policyOf = ({ policies }: Config): Policy => {
  const policy = policies.get('default');
  if (policy === undefined) throw new Error('the policy default always exists');
  return policy;
};
