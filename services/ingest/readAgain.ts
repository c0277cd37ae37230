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
import { type Loop, startLoop } from '@otklik/timing';
import type { Accept } from './accept.ts';

export interface ReadAgainDeps {
  config(): Config;
  store: Store;
  accept: Accept;
  log: Log;
  now(): EpochMs;
}

const LOOK_EVERY_MS = SECOND;

/**
 * Reads again what was posted, or could not be recorded, when somebody asks for it. It goes the usual way, so its
 * proof is verified and a second reading changes nothing (law 1). What is still not understood stays.
 */
export const readPostedAgain = (deps: ReadAgainDeps): Pick<Loop, 'close'> =>
  lookAgain(deps.log, async () => {
    for (const aside of await toReadAgain(deps.store, null)) {
      const since = deps.now();
      const isRead = await acceptAgain(aside, deps).catch((error: unknown) => {
        deps.log.error({ err: error, channel: aside.channel }, 'what was kept aside could not be read again');
        return false;
      });
      await (isRead ? readAgain(deps.store, [aside], since) : notReadAgain(deps.store, [aside]));
    }
  });

const lookAgain = (log: Log, look: () => Promise<void>): Loop =>
  startLoop(look, {
    everyMs: LOOK_EVERY_MS,
    failed: (error) =>
      log.error({ err: error }, 'what was kept aside could not be read again; it is tried again'),
  });

/** Lets the listener read again what its feed told, while it runs. */
export async function readToldAgain(
  channel: string | null,
  listener: Listener,
  deps: Pick<ReadAgainDeps, 'store' | 'log' | 'now'>,
): Promise<void> {
  if (channel === null) return listener.done;
  const looking = lookAgain(deps.log, async () => {
    const asides = await toReadAgain(deps.store, channel);
    if (asides.length === 0) return;
    const since = deps.now();
    const isRead = await listener
      .readAgain?.(asides.map(({ body, at }) => ({ body, at })))
      .then(() => true)
      .catch((error: unknown) => {
        deps.log.error({ err: error, channel }, 'what was kept aside could not be read again');
        return false;
      });
    await (isRead ? readAgain(deps.store, asides, since) : notReadAgain(deps.store, asides));
  });
  await listener.done.catch(() => undefined);
  await looking.close();
}

async function acceptAgain(aside: ToRead, deps: ReadAgainDeps): Promise<boolean> {
  if (aside.form === 'event') {
    // Already normalised and durable once; only the engine could not record it.
    await deps.accept({ events: [aside.body as Event], staff: [] });
    return true;
  }
  const { request } = aside;
  const config = deps.config();
  const channel = channelAt(config, aside.channel);
  if (request === null || !channel) return false;
  const memoryOf = (id: string) => channelMemory(deps.store, id);
  const received = await channelOf(channel).receive?.(
    channel,
    { ...request, body: Buffer.from(request.base64, 'base64'), receivedAt: aside.at },
    { config, memory: memoryOf(channel.id), memoryOf },
  );
  if (received?.outcome !== 'accepted') return false;
  if (received.quarantine !== null)
    await quarantine(deps.store, asidePosted(channel.id, received.quarantine, request), deps.now());
  await deps.accept(received.delivery, { isTest: TEST_HEADER in request.headers });
  return true;
}

/** A webhook's body that was not understood, with all that a second reading needs. */
export const asidePosted = (channel: string, reason: string, request: PostedRequest) => ({
  channel,
  source: channel,
  reason,
  form: 'posted' as const,
  body: Buffer.from(request.base64, 'base64').toString(),
  request,
});
