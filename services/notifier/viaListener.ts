import type { Edit, Edited, Relayed, Sent } from '@otklik/channels';
import { SECOND } from '@otklik/domain';
import { askToSend, clearSend, type Send, type Store, sendResult } from '@otklik/store';

const LOOK_EVERY_MS = 200;
const WAIT_MS = 30 * SECOND;

/**
 * Has the process that holds the channel's live connection send it. When that takes too long the answer is `retry`: the
 * words stay with the listener, and asking again with the same id finds what became of them.
 */
export async function viaListener(store: Store, channel: string, outgoing: Relayed): Promise<Sent> {
  const { id, thread, text, file = null } = outgoing;
  return (await asked(store, { channel, id, thread, text, file, edits: null })) as Sent;
}

/** The same of an edit. */
export async function editViaListener(store: Store, channel: string, edit: Edit): Promise<Edited> {
  const { id, thread, text, handle } = edit;
  return (await asked(store, { channel, id, thread, text, file: null, edits: handle })) as Edited;
}

async function asked(store: Store, send: Send): Promise<Sent | Edited> {
  const { channel, id } = send;
  await askToSend(store, send);
  for (let waited = 0; waited < WAIT_MS; waited += LOOK_EVERY_MS) {
    const result = (await sendResult(store, channel, id)) as Sent | Edited | null;
    if (result !== null) {
      if (result.outcome === 'retry') await clearSend(store, channel, id);
      return result;
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  const said = { ru: 'канал сейчас не на связи', en: 'the channel has no connection now' };
  return { outcome: 'retry', afterMs: null, problem: said.en, said };
}
