import { z } from 'zod';
import type { Outgoing, SendDeps, Sent } from '../channel.ts';
import { type Carries, type FileKind, MB, type OutgoingFile } from '../files.ts';
import { ProviderTrouble } from '../provider/callProvider.ts';
import { formFile } from '../provider/formFile.ts';
import { sendBy } from '../provider/sendBy.ts';
import { wordsAfterFile } from '../provider/wordsAfterFile.ts';
import { askMeta, inboxOf } from './api.ts';
import type { MetaChannel } from './config.ts';

const LONGEST_TEXT = 2_000;
/** Instagram: https://developers.facebook.com/docs/messenger-platform/instagram/features/send-message */
const MOST_BYTES = 1_000;
const sentShape = z.looseObject({ message_id: z.string().min(1) });

/**
 * https://developers.facebook.com/docs/messenger-platform/send-messages/saving-assets. Instagram downloads from our
 * address, which we do not offer.
 */
const MESSENGER_CARRIES: Carries = {
  photo: { most: 8 * MB, types: ['image/jpeg', 'image/png', 'image/gif'] },
  video: { most: 25 * MB, types: ['video/mp4'] },
  voice: { most: 25 * MB },
  audio: { most: 25 * MB },
  document: { most: 25 * MB },
};

export const metaCarries = ({ platform }: Pick<MetaChannel, 'platform'>): Carries =>
  platform === 'messenger' ? MESSENGER_CARRIES : {};

const TYPES: Record<FileKind, 'image' | 'video' | 'audio' | 'file'> = {
  photo: 'image',
  video: 'video',
  voice: 'audio',
  audio: 'audio',
  document: 'file',
};

/** The file first, its words as the next message. */
export const sendByMeta = (
  channel: MetaChannel,
  { thread, text, file }: Outgoing,
  { now }: Pick<SendDeps, 'now'>,
): Promise<Sent> =>
  sendBy({ text, ...(file && { file }) }, LONGEST_TEXT, now, async (words) => {
    assertWritable(channel, thread, words);
    const to = { recipient: { id: thread }, messaging_type: 'RESPONSE' };
    const say = () => post(channel, { ...to, message: { text: words } });
    if (file === undefined) return say();
    const id = await post(channel, formOf(to, file));
    if (words !== '') await wordsAfterFile(say);
    return id;
  });

function assertWritable(channel: MetaChannel, thread: string, words: string): void {
  if (channel.token === null || thread.startsWith('comment/'))
    throw new ProviderTrouble(
      {
        ru: 'отсюда не ответить: на комментарии и без токена отвечают в самом приложении',
        en: 'cannot be answered from here: comments, and all without a token, are answered in the app itself',
      },
      { status: 400 },
    );
  if (channel.platform === 'instagram' && Buffer.byteLength(words) > MOST_BYTES)
    throw new ProviderTrouble(
      {
        ru: `Instagram берёт не больше ${MOST_BYTES} байт: около ${MOST_BYTES / 2} русских букв`,
        en: `Instagram takes no more than ${MOST_BYTES} bytes: about ${MOST_BYTES / 2} Cyrillic letters`,
      },
      { status: 400 },
    );
}

function formOf(to: { recipient: object; messaging_type: string }, file: OutgoingFile): FormData {
  const attachment = { type: TYPES[file.kind], payload: { is_reusable: false } };
  const form = new FormData();
  form.append('recipient', JSON.stringify(to.recipient));
  form.append('messaging_type', to.messaging_type);
  form.append('message', JSON.stringify({ attachment }));
  form.append('filedata', formFile(file), file.name);
  return form;
}

async function post(channel: MetaChannel, body: object): Promise<string> {
  const path = `${inboxOf(channel)}/messages`;
  const { data } = sentShape.safeParse(await askMeta(channel, path, body, new AbortController().signal));
  if (data) return data.message_id;
  throw new ProviderTrouble(
    { ru: 'Meta не назвала номер сообщения', en: 'Meta gave no id for the message' },
    { status: 400 },
  );
}
