import { z } from 'zod';
import type { Channel } from '../channel.ts';
import { ProviderTrouble } from '../provider/callProvider.ts';
import { editBy, sendBy } from '../provider/sendBy.ts';
import { callMax } from './api.ts';
import type { MaxChannel } from './config.ts';
import { HIDDEN } from './normalise.ts';
import { uploadToMax, whenReady } from './upload.ts';

const LONGEST_TEXT = 4_000;
const sentShape = z.looseObject({ message: z.looseObject({ body: z.looseObject({ mid: z.string() }) }) });

/** Into chats; comments are answered in MAX itself. */
export const sendByMax: NonNullable<Channel<MaxChannel>['send']> = (
  channel,
  { thread, text, file },
  { now },
) =>
  sendBy({ text, ...(file && { file }) }, LONGEST_TEXT, now, async (words) => {
    if (thread.startsWith('comment/'))
      throw new ProviderTrouble(
        { ru: 'на комментарии отвечают в самом MAX', en: 'comments are answered in MAX itself' },
        { status: 400 },
      );
    if (thread.startsWith(HIDDEN))
      throw new ProviderTrouble(
        {
          ru: 'MAX не сказал, в каком чате написали: откройте MAX и ответьте там',
          en: 'MAX did not say in which chat it was: open MAX and answer there',
        },
        { status: 400 },
      );
    const path = `/messages?chat_id=${encodeURIComponent(thread)}`;
    const { signal } = new AbortController();
    const attachments = file && [await uploadToMax(channel, file, signal)];
    const body = { text: words, ...(attachments && { attachments }) };
    const { data } = sentShape.safeParse(await whenReady(() => callMax(channel, path, body, signal)));
    if (!data)
      throw new ProviderTrouble(
        { ru: 'MAX не назвал номер сообщения', en: 'MAX gave no id for the message' },
        { status: 400 },
      );
    const { mid } = data.message.body;
    return { id: mid, handle: mid };
  });

/** Attachments stay. In a dialogue within seven days: https://dev.max.ru/docs-api/methods/PUT/messages */
export const editByMax: NonNullable<Channel<MaxChannel>['edit']> = (channel, { handle, text }) =>
  editBy(text, LONGEST_TEXT, (words) =>
    callMax(
      channel,
      `/messages?message_id=${encodeURIComponent(handle)}`,
      { text: words },
      new AbortController().signal,
      'PUT',
    ),
  );
