import { createHash } from 'node:crypto';
import type { Memory, Outgoing, Said, Sent } from '../channel.ts';
import { EMPTY_TEXT, unsent } from '../provider/unsent.ts';
import { storable } from '../telegram/speech.ts';
import type { WaConnection } from './baileys/connection.ts';
import { isGroupJid, personJid } from './jids.ts';
import { eventId, sentName } from './normalise.ts';
import type { Vault } from './vault.ts';

interface SendOut {
  /** The live connection, or null. */
  readonly connection: WaConnection | null;
  readonly memory: Memory;
  readonly vault: Vault;
  readonly ackMs: number;
  now(): number;
}

/**
 * Sends an employee's words by our own linked device. WhatsApp takes the message's id from us: it is remembered first, so
 * that neither its echo nor a retry counts twice.
 */
export async function sendOut(outgoing: Outgoing, world: SendOut): Promise<Sent> {
  const { connection, memory, vault, ackMs } = world;
  const jid = personJid(outgoing.thread)?.jid ?? (isGroupJid(outgoing.thread) ? outgoing.thread : null);
  if (jid === null) return unsent({ ru: 'это не чат WhatsApp', en: 'the thread is no WhatsApp chat' });
  const text = storable(outgoing.text);
  if (text.trim() === '') return EMPTY_TEXT;
  if (connection === null)
    return { outcome: 'retry', afterMs: null, problem: NOT_CONNECTED.en, said: NOT_CONNECTED };
  const id = messageId(outgoing.id);
  await memory.remember(new Map([[sentName(id), vault.seal(sentName(id), text)]]), 'history');
  try {
    const error = await connection.send(jid, text, id, ackMs);
    if (error === null) return { outcome: 'sent', id: eventId(id, true), at: world.now() };
    return unsent(refusalOf(error));
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { outcome: 'retry', afterMs: null, problem };
  }
}

/** The text of a message of ours, for a device that could not decrypt it; null when it is not ours. */
export async function sentText(id: string, memory: Memory, vault: Vault): Promise<string | null> {
  const name = sentName(id);
  const sealed = (await memory.recall([name])).get(name);
  return sealed === undefined ? null : vault.open(name, sealed);
}

/** Of the form that WhatsApp Web gives: `3EB0` and 18 hexadecimal digits. */
function messageId(outgoingId: string): string {
  return `3EB0${createHash('sha256').update(outgoingId).digest('hex').slice(0, 18).toUpperCase()}`;
}

/** By the codes of `<ack error>`; 463 is what an account gets that may begin no new chats. */
function refusalOf(error: string): Said {
  return error === '463'
    ? {
        ru: 'WhatsApp не разрешает этому аккаунту писать клиенту первым: ответьте с телефона',
        en: 'WhatsApp does not let this account write to this client first (463): answer on the telephone',
      }
    : {
        ru: 'WhatsApp не принял сообщение: ответьте с телефона',
        en: `WhatsApp did not take the message (${error}): answer on the telephone`,
      };
}

const NOT_CONNECTED: Said = { ru: 'WhatsApp сейчас не на связи', en: 'WhatsApp is not connected now' };
