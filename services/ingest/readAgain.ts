import { channelOf, type Listener, TEST_HEADER } from '@otklik/channels';
import { type Config, channelAt } from '@otklik/config';
import { type EpochMs, type Event, SECOND } from '@otklik/domain';
import {
  channelMemory,
  notReadAgain,
  type PostedRequest,
  quarantine,
  readAgain,
  type Store,
  type ToRead,
  toReadAgain,
} from '@otklik/store';
import type { Log } from '@otklik/telemetry';
import type { Taken } from './take.ts';

export interface ReadAgainWorld {
  config(): Config;
  store: Store;
  take: Taken;
  log: Log;
  now(): EpochMs;
}

const LOOK_EVERY_MS = SECOND;

/**
 * Reads again what was posted, or could not be recorded, when somebody asks for it: through the same door, as if it came now,
 * so that its proof is verified and a second reading changes nothing (law 1). What is still not understood stays.
 */
export function readPostedAgain(world: ReadAgainWorld): { close(): Promise<void> } {
  const ended = Promise.withResolvers<void>();
  const done = every(LOOK_EVERY_MS, ended.promise, world.log, async () => {
    for (const aside of await toReadAgain(world.store, null)) {
      const since = world.now();
      const isRead = await takeAgain(aside, world).catch((error: unknown) => {
        world.log.error(
          { err: error, channel: aside.channel },
          'what was kept aside could not be read again',
        );
        return false;
      });
      await (isRead ? readAgain(world.store, [aside], since) : notReadAgain(world.store, [aside]));
    }
  });
  return {
    close: () => {
      ended.resolve();
      return done;
    },
  };
}

/** What a feed told is read again by its listener, as long as that runs. */
export function readToldAgain(
  channel: string | null,
  listener: Listener,
  world: Pick<ReadAgainWorld, 'store' | 'log' | 'now'>,
): Promise<void> {
  if (channel === null) return listener.done;
  const ended = listener.done.catch(() => undefined);
  return every(LOOK_EVERY_MS, ended, world.log, async () => {
    const asides = await toReadAgain(world.store, channel);
    if (asides.length === 0) return;
    const since = world.now();
    const isRead = await listener
      .readAgain?.(asides.map(({ body, at }) => ({ body, at })))
      .then(() => true)
      .catch((error: unknown) => {
        world.log.error({ err: error, channel }, 'what was kept aside could not be read again');
        return false;
      });
    await (isRead ? readAgain(world.store, asides, since) : notReadAgain(world.store, asides));
  });
}

async function every(ms: number, ended: Promise<void>, log: Log, work: () => Promise<void>): Promise<void> {
  let isOver = false;
  const over = ended.then(() => {
    isOver = true;
  });
  while (!isOver) {
    try {
      await work();
    } catch (error) {
      log.error({ err: error }, 'what was kept aside could not be read again; it is tried again');
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    await Promise.race([promise, over]);
    clearTimeout(timer);
  }
}

async function takeAgain(aside: ToRead, world: ReadAgainWorld): Promise<boolean> {
  if (aside.form === 'event') {
    // It was normalised and durable once: only the engine could not record it.
    await world.take({ events: [aside.body as Event], staff: [] });
    return true;
  }
  const { request } = aside;
  const config = world.config();
  const channel = channelAt(config, aside.channel);
  if (request === null || !channel) return false;
  const memoryOf = (id: string) => channelMemory(world.store, id);
  const received = await channelOf(channel).receive?.(
    channel,
    { ...request, body: Buffer.from(request.base64, 'base64'), receivedAt: aside.at },
    { config, memory: memoryOf(channel.id), memoryOf },
  );
  if (received?.outcome !== 'accepted') return false;
  if (received.quarantine !== null)
    await quarantine(world.store, asidePosted(channel.id, received.quarantine, request), world.now());
  await world.take(received.delivery, { isTest: TEST_HEADER in request.headers });
  return true;
}

/** A webhook's body that was not understood, with what it takes to read it again. */
export const asidePosted = (channel: string, reason: string, request: PostedRequest) => ({
  channel,
  source: channel,
  reason,
  form: 'posted' as const,
  body: Buffer.from(request.base64, 'base64').toString(),
  request,
});
