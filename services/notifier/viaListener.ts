import type { Edited, Sent } from '@otklik/channels';
import { SECOND } from '@otklik/domain';
import { askListener, forgetAsked, listen, listenerResult, type Store } from '@otklik/store';
import { CHANNEL_OFFLINE } from '@otklik/texts';

/** In case a hint is lost. */
const LOOK_EVERY_MS = SECOND;
const WAIT_MS = 30 * SECOND;

interface Asked {
  readonly id: string;
  readonly channel: string;
}

/**
 * Sent by the process with the channel's live connection, the file as the channel carries it. Late, the outcome is
 * `retry`: asking again with the same id finds the result.
 */
export const viaListener = (store: Store, reply: Asked, file: object | null): Promise<Sent> =>
  asked<Sent>(store, reply, reply.id, file);

/** An edit has an id of its own. */
export const editViaListener = (store: Store, reply: Asked, editId: string): Promise<Edited> =>
  asked<Edited>(store, reply, editId, null);

async function asked<Outcome extends Sent | Edited>(
  store: Store,
  reply: Asked,
  id: string,
  file: object | null,
): Promise<Outcome | typeof NOT_CONNECTED> {
  let settled = Promise.withResolvers<void>();
  const hearing = await listen(store, {
    signal: (said) => said.about === 'answers' && said.channel === reply.channel && settled.resolve(),
    gap: () => settled.resolve(),
    error: () => undefined, // the look each second goes on without hints
  });
  try {
    await askListener(store, reply, id, file);
    const giveUpAt = performance.now() + WAIT_MS;
    for (;;) {
      const result = (await listenerResult(store, reply.id, id)) as Outcome | null; // as `passOnAnswers` wrote it
      if (result !== null) {
        if (result.outcome === 'retry') await forgetAsked(store, reply.id, id);
        return result;
      }
      if (performance.now() >= giveUpAt) return NOT_CONNECTED;
      const look = setTimeout(() => settled.resolve(), LOOK_EVERY_MS);
      await settled.promise;
      clearTimeout(look);
      settled = Promise.withResolvers();
    }
  } finally {
    await hearing.close();
  }
}

const NOT_CONNECTED = {
  outcome: 'retry',
  afterMs: null,
  problem: CHANNEL_OFFLINE.en,
  said: CHANNEL_OFFLINE,
} as const;
