import { z } from 'zod';
import type { Channel } from '../channel.ts';
import { ProviderTrouble } from '../provider/callProvider.ts';
import { sendBy } from '../provider/sendBy.ts';
import { callOk } from './api.ts';
import type { OkChannel } from './config.ts';

const LONGEST_TEXT = 4_000;
const sentShape = z.looseObject({ message_id: z.string().min(1) });

export const sendByOk: NonNullable<Channel<OkChannel>['send']> = (channel, { thread, text }, { now }) =>
  sendBy({ text }, LONGEST_TEXT, now, async (words) => {
    const body = { recipient: { chat_id: thread }, message: { text: words } };
    const path = `me/messages/${encodeURIComponent(thread)}`;
    const { data } = sentShape.safeParse(await callOk(channel, path, {}, body, new AbortController().signal));
    if (!data)
      throw new ProviderTrouble(
        { ru: 'Одноклассники не назвали номер сообщения', en: 'Odnoklassniki gave no id for the message' },
        { status: 400 },
      );
    return data.message_id;
  });
