import type { Feed, Listener, Outgoing, Sent } from '@otklik/channels';
import { claimSends, type Store, settleSend } from '@otklik/store';
import type { Log } from '@otklik/telemetry';

const LOOK_EVERY_MS = 250;

/**
 * As long as the listener runs: sends through its connection what other processes have for clients. Resolves when the
 * listener has ended. A send that was under way when a process died may have gone out: it is handed to the listener
 * again, with the same id.
 */
export async function passOnSends(
  { channel }: Pick<Feed, 'channel'>,
  listener: Listener,
  { store, log }: { store: Store; log: Log },
): Promise<void> {
  let ended = false;
  const done = listener.done.finally(() => {
    ended = true;
  });
  if (channel === null || listener.send === undefined) return done;
  while (!ended) {
    try {
      for (const send of await claimSends(store, channel)) {
        await settleSend(store, channel, send.id, await sent(listener, send));
      }
    } catch (error) {
      log.error({ err: error, channel }, 'words for clients could not be looked for');
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, LOOK_EVERY_MS);
    await Promise.race([promise, done.catch(() => undefined)]);
    clearTimeout(timer);
  }
  return done;
}

async function sent(listener: Listener, outgoing: Outgoing): Promise<Sent> {
  try {
    return (
      (await listener.send?.(outgoing)) ?? {
        outcome: 'refused',
        problem: 'this channel cannot write to clients',
      }
    );
  } catch (error) {
    return {
      outcome: 'retry',
      afterMs: null,
      problem: error instanceof Error ? error.message : String(error),
    };
  }
}
