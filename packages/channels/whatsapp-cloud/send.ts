import { z } from 'zod';
import type { LocalizedText, Outgoing, SendDeps, Sent } from '../channel.ts';
import { type Carries, MB, type OutgoingFile } from '../files.ts';
import { ProviderTrouble } from '../provider/callProvider.ts';
import { formFile } from '../provider/formFile.ts';
import { callGraph, type GraphOutcome } from '../provider/metaGraph.ts';
import { EMPTY_TEXT, tooLong, unsent } from '../provider/unsent.ts';
import { wordsAfterFile } from '../provider/wordsAfterFile.ts';
import type { WhatsappCloudChannel } from './config.ts';
import { sentName } from './normalise.ts';
import { groupOf, numberName } from './people.ts';
import { storable } from './words.ts';

const answerShape = z.object({ messages: z.array(z.object({ id: z.string() })).min(1) });

/**
 * 24 hours since the client wrote:
 * https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes
 */
const WINDOW_CLOSED = 131047;
const DEAD_TOKEN = 190;
/** https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/text-messages */
const LONGEST_TEXT = 4_096;

/** https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/media, #supported-media-types */
export const CLOUD_CARRIES: Carries = {
  photo: { most: 5 * MB, types: ['image/jpeg', 'image/png'] },
  video: { most: 16 * MB, types: ['video/mp4', 'video/3gpp'] },
  voice: { most: 16 * MB, types: ['audio/ogg'] },
  audio: {
    most: 16 * MB,
    types: ['audio/aac', 'audio/amr', 'audio/mpeg', 'audio/mp4', 'audio/ogg'],
  },
  document: {
    most: 100 * MB,
    types: [
      'text/plain',
      'application/pdf',
      'application/msword',
      'application/vnd.ms-excel',
      'application/vnd.ms-powerpoint',
      'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      'application/vnd.openxmlformats-officedocument.presentationml.presentation',
    ],
  },
};
/** For pictures, videos and documents; audio has none. */
const LONGEST_CAPTION = 1_024;

const uploadShape = z.object({ id: z.string().min(1) });

type Unsent = Exclude<Sent, { outcome: 'sent' }>;

/** Meta takes no id of ours: a retry after a lost answer duplicates. Its id explains later failures. */
export async function sendByGraph(
  channel: WhatsappCloudChannel,
  { thread, text, file }: Outgoing,
  { memory, now }: SendDeps,
  firstWaitMs?: number,
): Promise<Sent> {
  if (channel.token === null)
    return unsent({
      ru: 'у канала нет token в otklik.yaml: он только слушает',
      en: 'the channel has no token in otklik.yaml: it only listens',
    });
  const words = storable(text).trim();
  if (words === '' && file === undefined) return EMPTY_TEXT;
  if (words.length > LONGEST_TEXT) return tooLong(LONGEST_TEXT);
  const to = { messaging_product: 'whatsapp', ...(await recipientOf(thread, memory)) };
  const say = () => post(channel, { ...to, type: 'text', text: { preview_url: false, body: words } });
  const keep = (id: string) => memory.remember(new Map([[sentName(id), thread]]), 'history');
  const below = file && kindOf(file) !== 'audio' && words.length <= LONGEST_CAPTION ? words : '';
  const sent = file === undefined ? await say() : await sendFile(channel, to, file, below);
  if (typeof sent !== 'string') return sent;
  await keep(sent);
  if (file !== undefined && words !== below) {
    try {
      await wordsAfterFile(async () => keep(await saidOrTrouble(say)), firstWaitMs);
    } catch (error) {
      if (!(error instanceof ProviderTrouble)) throw error;
      return unsent(error.said);
    }
  }
  return { outcome: 'sent', id: sent, at: now() };
}

async function saidOrTrouble(say: () => Promise<string | Unsent>): Promise<string> {
  const sent = await say();
  if (typeof sent === 'string') return sent;
  const said = sent.said ?? { ru: sent.problem, en: sent.problem };
  throw sent.outcome === 'retry'
    ? new ProviderTrouble(said, { afterMs: sent.afterMs })
    : new ProviderTrouble(said, { status: 400 });
}

const kindOf = ({ kind }: OutgoingFile): 'image' | 'video' | 'audio' | 'document' =>
  kind === 'photo' ? 'image' : kind === 'voice' ? 'audio' : kind;

/**
 * Uploads first:
 * https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/media
 */
async function sendFile(
  channel: WhatsappCloudChannel,
  to: object,
  file: OutgoingFile,
  caption: string,
): Promise<string | Unsent> {
  const form = new FormData();
  form.append('messaging_product', 'whatsapp');
  form.append('type', file.mime);
  form.append('file', formFile(file), file.name);
  const uploaded = await callGraph(channel, `${channel.phoneNumberId}/media`, form);
  if (uploaded.outcome !== 'ok') return failed(uploaded);
  const id = uploadShape.safeParse(uploaded.result).data?.id;
  if (id === undefined) return unsent({ ru: 'Meta не приняла файл', en: 'Meta did not take the file' });
  const type = kindOf(file);
  const media = {
    id,
    ...(caption !== '' && { caption }),
    ...(type === 'document' && { filename: file.name }),
  };
  return post(channel, { ...to, type, [type]: media });
}

/** Resolves with Meta's id of the message. */
async function post(channel: WhatsappCloudChannel, body: object): Promise<string | Unsent> {
  const sent = await callGraph(channel, `${channel.phoneNumberId}/messages`, body);
  if (sent.outcome !== 'ok') return failed(sent);
  const id = answerShape.safeParse(sent.result).data?.messages[0]?.id;
  // It was sent under an unknown id and must not be sent again.
  return (
    id ??
    unsent({
      ru: 'Meta приняла сообщение, но не подтвердила его: посмотрите в самом чате, дошло ли оно',
      en: 'Meta took the message and gave no id for it: look in the chat itself whether it arrived',
    })
  );
}

function failed({ outcome, code, afterMs, problem }: Exclude<GraphOutcome, { outcome: 'ok' }>): Unsent {
  if (outcome === 'retry') return { outcome, afterMs, problem };
  const said = code === null ? undefined : REFUSALS.get(code);
  return said ? unsent(said) : { outcome, problem };
}

/**
 * The number, otherwise the business-scoped id. Groups:
 * https://developers.facebook.com/documentation/business-messaging/whatsapp/groups/groups-messaging
 */
async function recipientOf(
  thread: string,
  memory: SendDeps['memory'],
): Promise<Readonly<Record<string, string>>> {
  const group = groupOf(thread);
  if (group !== null) return { recipient_type: 'group', to: group };
  const individual = { recipient_type: 'individual' };
  if (/^\d+$/.test(thread)) return { ...individual, to: thread };
  const name = numberName(thread);
  const number = (await memory.recall([name])).get(name);
  return number === undefined ? { ...individual, recipient: thread } : { ...individual, to: number };
}

const REFUSALS: ReadonlyMap<number, LocalizedText> = new Map([
  [
    WINDOW_CLOSED,
    {
      ru: 'клиент писал больше 24 часов назад, и WhatsApp принимает теперь только шаблоны: напишите или позвоните иначе',
      en: 'the client wrote more than 24 hours ago, and WhatsApp takes only approved templates then: write or call by another way',
    },
  ],
  [
    DEAD_TOKEN,
    {
      ru: 'Meta больше не принимает токен: выпустите новый и впишите в otklik.yaml',
      en: 'Meta does not take the access token any more: make a new one and put it into the config',
    },
  ],
]);
