import { z } from 'zod';
import type { Outgoing, SendDeps, Sent } from '../channel.ts';
import { type Carries, MB, type OutgoingFile } from '../files.ts';
import { ProviderTrouble } from '../provider/callProvider.ts';
import { formFile } from '../provider/formFile.ts';
import { sendBy } from '../provider/sendBy.ts';
import { wordsAfterFile } from '../provider/wordsAfterFile.ts';
import { callAvito } from './api.ts';
import type { AvitoChannel } from './config.ts';

const LONGEST_TEXT = 1_000;
const sentShape = z.looseObject({ id: z.string().min(1) });
/** Sizes by image id. */
const imagesShape = z.record(z.string().min(1), z.unknown());

/** https://developers.avito.ru/api-catalog/messenger/documentation#operation/uploadImages */
export const AVITO_CARRIES: Carries = {
  photo: { most: 24 * MB, types: ['image/jpeg', 'image/png', 'image/gif', 'image/bmp', 'image/heic'] },
};

/** The picture first, its words as the next message. */
export const sendToAvito = (
  channel: AvitoChannel,
  { thread, text, file }: Outgoing,
  { now }: Pick<SendDeps, 'now'>,
): Promise<Sent> =>
  sendBy({ text, ...(file && { file }) }, LONGEST_TEXT, now, async (words) => {
    const path = `/messenger/v1/accounts/${channel.userId}/chats/${encodeURIComponent(thread)}/messages`;
    const say = () => post(channel, path, { type: 'text', message: { text: words } });
    if (file === undefined) return say();
    const id = await post(channel, `${path}/image`, { image_id: await uploadImage(channel, file) });
    if (words !== '') await wordsAfterFile(say);
    return id;
  });

async function uploadImage(channel: AvitoChannel, file: OutgoingFile): Promise<string> {
  const form = new FormData();
  form.append('uploadfile[]', formFile(file), file.name);
  const path = `/messenger/v1/accounts/${channel.userId}/uploadImages`;
  const answered = await callAvito(channel, path, form, new AbortController().signal);
  const id = Object.keys(imagesShape.safeParse(answered).data ?? {})[0];
  if (id === undefined)
    throw new ProviderTrouble(
      { ru: 'Авито не принял картинку', en: 'Avito did not take the picture' },
      { status: 400 },
    );
  return id;
}

async function post(channel: AvitoChannel, path: string, body: object): Promise<string> {
  const { data } = sentShape.safeParse(await callAvito(channel, path, body, new AbortController().signal));
  if (data) return data.id;
  throw new ProviderTrouble(
    { ru: 'Авито не назвал номер сообщения', en: 'Avito gave no id for the message' },
    { status: 400 },
  );
}
