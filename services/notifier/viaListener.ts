import type { Outgoing, Sent } from '@otklik/channels';
import { SECOND } from '@otklik/domain';
import { askToSend, clearSend, type Store, sendResult } from '@otklik/store';

const LOOK_EVERY_MS = 200;
const WAIT_MS = 30 * SECOND;

/**
 * Has the process that holds the channel's live connection send it. When that takes too long the answer is `retry`: the
 * words stay with the listener, and asking again with the same id finds what became of them.
 */
export async function viaListener(store: Store, channel: string, outgoing: Outgoing): Promise<Sent> {
  await askToSend(store, { channel, id: outgoing.id, thread: outgoing.thread, text: outgoing.text });
  for (let waited = 0; waited < WAIT_MS; waited += LOOK_EVERY_MS) {
    const result = (await sendResult(store, channel, outgoing.id)) as Sent | null;
    if (result !== null) {
      if (result.outcome === 'retry') await clearSend(store, channel, outgoing.id);
      return result;
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  const said = { ru: 'канал сейчас не на связи', en: 'the channel has no connection now' };
  return { outcome: 'retry', afterMs: null, problem: said.en, said };
}
