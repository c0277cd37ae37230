import type { ServerResponse } from 'node:http';
import { SECOND } from '@otklik/domain';
import { channelStates, listen, type Signal, unseenAside } from '@otklik/store';
import type { Log } from '@otklik/telemetry';
import { startLoop } from '@otklik/timing';
import type { Asker } from '../access.ts';
import { countOf, withAside } from '../asideGaps.ts';
import { createReaders, type Readers, type ReadersDeps } from './readers.ts';
import { createWaitChanges } from './waitChanges.ts';

export interface Stream {
  /** Until the response closes or the access ends. */
  add(response: ServerResponse, asker: Asker): void;
  close(): Promise<void>;
}

type StreamDeps = ReadersDeps & { readonly log: Log };

const KEEP_ALIVE_EVERY_MS = 15 * SECOND;
const FOLLOW_EVERY_MS = 250;
/** Revocations are told at once. This also ends what has expired. */
const ASK_EVERY_MS = 10 * SECOND;

/** The live stream of all open boards. A change is read and written once for all. */
export async function openStream(deps: StreamDeps): Promise<Stream> {
  const { store, log } = deps;
  const readers = createReaders(deps);
  const waitChanges = createWaitChanges(readers, deps);
  const every = (everyMs: number, work: () => Promise<void>, problem: string) =>
    startLoop(work, { everyMs, waitsFirst: true, failed: (error) => log.warn({ err: error }, problem) });
  const keeping = every(KEEP_ALIVE_EVERY_MS, async () => readers.keepAlive(), 'a stream could not be kept');
  const following = every(FOLLOW_EVERY_MS, async () => readers.followConfig(), 'no edit could be followed');
  const asking = every(
    ASK_EVERY_MS,
    () => readers.endRevoked(),
    'who may still hear the live stream could not be asked',
  );

  const hear = (said: Signal): void => {
    if (said.about === 'waits') waitChanges.add(said.changes);
    else if (said.about === 'people') readers.write('people.changed', {}, null);
    else if (said.about === 'access') asking.hurry();
    else if (said.about === 'channel')
      void sendChannel(said.channel, readers, deps).catch((error) =>
        log.error({ err: error }, 'a channel could not be shown'),
      );
  };
  const listening = await listen(store, {
    signal: hear,
    // What was said meanwhile is lost: readers read the list again.
    gap: () => {
      asking.hurry();
      readers.write('hello', {}, null);
    },
    error: (error) => log.warn({ err: error }, 'the live stream does not hear'),
  });

  return {
    add: (response, asker) => {
      readers.add(response, asker);
      // It may have been revoked after it was looked up.
      asking.hurry();
    },
    close: async () => {
      await Promise.all([keeping, following, asking].map((loop) => loop.close()));
      await listening.close();
      readers.close();
      await waitChanges.sent();
    },
  };
}

/** A channel that only waits for calls. */
const NEVER_HEARD = { up: null, problem: null, gaps: [], silent_since: null, usual_per_hour: null };

async function sendChannel(channel: string, readers: Readers, { store, config }: StreamDeps): Promise<void> {
  const [states, unseen] = await Promise.all([channelStates(store), unseenAside(store, channel)]);
  const { up, problem, gaps, silent_since, usual_per_hour } = states.get(channel) ?? NEVER_HEARD;
  const isHeard = up !== false && silent_since === null;
  const data = {
    channel,
    up,
    problem,
    gaps: withAside(gaps, unseen.get(channel), config().locale),
    kept_aside: countOf(unseen.get(channel)),
    silent_since: silent_since === null ? null : new Date(silent_since).toISOString(),
    usual_per_hour,
  };
  readers.write(isHeard ? 'channel.up' : 'channel.down', data, null);
}
