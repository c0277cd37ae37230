import { createHash } from 'node:crypto';
import { MINUTE } from '@otklik/domain';
import type { Edit, Edited, LocalizedText, Memory, Outgoing, Sent } from '../channel.ts';
import { type Carries, MB, type OutgoingFile } from '../files.ts';
import { storableText } from '../provider/storable.ts';
import { EMPTY_TEXT, ONLY_FILE, unsent } from '../provider/unsent.ts';
import type { WaConnection } from './baileys/connection.ts';
import { isGroupJid, personJid } from './jids.ts';
import { eventId, sentName } from './normalise.ts';
import type { Vault } from './vault.ts';

export interface SendOut {
  readonly connection: WaConnection | null;
  readonly memory: Memory;
  readonly vault: Vault;
  readonly ackMs: number;
  now(): number;
}

/** Larger pictures and videos go as files. */
export const WHATSAPP_CARRIES: Carries = {
  photo: { most: 16 * MB, types: ['image/jpeg', 'image/png'] },
  video: { most: 64 * MB, types: ['video/mp4', 'video/3gpp'] },
  voice: { most: 16 * MB, types: ['audio/ogg'] },
  audio: { most: 16 * MB, types: ['audio/mpeg', 'audio/mp4', 'audio/aac', 'audio/amr', 'audio/ogg'] },
  document: { most: 2_000 * MB },
};
/** For pictures, videos and files; audio has none. */
const LONGEST_CAPTION = 1_024;
/** How long a message can be edited: https://faq.whatsapp.com/1417269125743673 */
const EDITABLE_MS = 15 * MINUTE;

/** Words, or a file with a caption. */
interface Part {
  readonly id: string;
  readonly words: string;
  readonly file?: OutgoingFile;
}

/** We choose the message ids and remember them first, so neither echo nor retry counts twice. */
export async function sendOut(outgoing: Outgoing, deps: SendOut): Promise<Sent> {
  const { connection, ackMs } = deps;
  const jid = jidOf(outgoing.thread);
  if (jid === null) return unsent({ ru: 'это не чат WhatsApp', en: 'the thread is no WhatsApp chat' });
  const parts = partsOf(outgoing);
  const [first] = parts;
  if (first === undefined) return EMPTY_TEXT;
  if (connection === null)
    return { outcome: 'retry', afterMs: null, problem: NOT_CONNECTED.en, said: NOT_CONNECTED };
  try {
    for (const part of parts) {
      const error = await sendPart(part, jid, connection, deps, ackMs);
      if (error !== null) return unsent(part === first ? refusalOf(error) : ONLY_FILE);
    }
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { outcome: 'retry', afterMs: null, problem };
  }
  const at = deps.now();
  const isWords = outgoing.file === undefined;
  return {
    outcome: 'sent',
    id: eventId(first.id, true),
    at,
    ...(isWords && { handle: `${first.id}:${at}` }),
  };
}

const jidOf = (thread: string): string | null =>
  personJid(thread)?.jid ?? (isGroupJid(thread) ? thread : null);

function partsOf({ id, text, file }: Outgoing): Part[] {
  const words = storableText(text);
  const said = words.trim() !== '';
  if (file === undefined) return said ? [{ id: messageId(id), words }] : [];
  const isSound = file.kind === 'voice' || file.kind === 'audio';
  if (!said || (!isSound && words.length <= LONGEST_CAPTION))
    return [{ id: messageId(id), words: said ? words : '', file }];
  return [
    { id: messageId(id), words: '', file },
    { id: messageId(`${id}/words`), words },
  ];
}

/** Sends one message; an upload is not repeated. */
async function sendPart(
  { id, words, file }: Part,
  jid: string,
  connection: WaConnection,
  { memory, vault }: SendOut,
  ackMs: number,
): Promise<string | null> {
  const name = sentName(id);
  const remember = (sent: string) => memory.remember(new Map([[name, vault.seal(name, sent)]]), 'history');
  if (file === undefined) {
    await remember(words);
    return connection.send(jid, words, id, ackMs);
  }
  const known = await sentMessage(id, memory, vault);
  const message = known instanceof Uint8Array ? known : await connection.prepareFile(file, words);
  if (message !== known) await remember(`${WHOLE}${Buffer.from(message).toString('base64')}`);
  return connection.sendPrepared(jid, message, id, ackMs);
}

/** Marks an encoded message; plain words never contain it. */
const WHOLE = '\0';

/** Our message for a device that could not decrypt it; null when not ours. */
export async function sentMessage(
  id: string,
  memory: Memory,
  vault: Vault,
): Promise<string | Uint8Array | null> {
  const name = sentName(id);
  const sealed = (await memory.recall([name])).get(name);
  if (sealed === undefined) return null;
  const sent = vault.open(name, sealed);
  return sent.startsWith(WHOLE) ? Buffer.from(sent.slice(WHOLE.length), 'base64') : sent;
}

/** Edits what the client has. */
export async function editOut(edit: Edit, { connection, ackMs, now }: SendOut): Promise<Edited> {
  const [, of = '', at = ''] = /^(\w+):(\d+)$/.exec(edit.handle) ?? [];
  const jid = jidOf(edit.thread);
  if (jid === null || of === '' || now() - Number(at) > EDITABLE_MS) return unsent(TOO_OLD);
  const words = storableText(edit.text);
  if (words.trim() === '') return EMPTY_TEXT;
  if (connection === null)
    return { outcome: 'retry', afterMs: null, problem: NOT_CONNECTED.en, said: NOT_CONNECTED };
  try {
    const error = await connection.edit(jid, of, words, messageId(edit.id), ackMs);
    return error === null ? { outcome: 'edited' } : unsent(refusalOf(error));
  } catch (error) {
    return {
      outcome: 'retry',
      afterMs: null,
      problem: error instanceof Error ? error.message : String(error),
    };
  }
}

const TOO_OLD: LocalizedText = {
  ru: 'WhatsApp разрешает исправлять сообщение 15 минут',
  en: 'WhatsApp lets a message be edited for 15 minutes',
};

/** The form of WhatsApp Web: `3EB0` and 18 hexadecimal digits. */
function messageId(outgoingId: string): string {
  return `3EB0${createHash('sha256').update(outgoingId).digest('hex').slice(0, 18).toUpperCase()}`;
}

/** 463: the account may not start new chats. */
function refusalOf(error: string): LocalizedText {
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

const NOT_CONNECTED: LocalizedText = {
  ru: 'WhatsApp сейчас не на связи',
  en: 'WhatsApp is not connected now',
};
