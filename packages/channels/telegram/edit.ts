import type { Edit, Edited, Memory } from '../channel.ts';
import { storableText } from '../provider/storable.ts';
import { EMPTY_TEXT, tooLong, unsent } from '../provider/unsent.ts';
import { botApi } from './botApi.ts';
import type { TelegramChannel } from './config.ts';
import { CAPTION_LIMIT, placeOf } from './send.ts';
import { readHandle } from './sentHandle.ts';
import { MESSAGE_LIMIT } from './splitText.ts';

/** https://core.telegram.org/bots/api#editmessagetext, #editmessagecaption; in business chats within 48 hours. */
export async function editAtClient(
  config: TelegramChannel,
  { thread, handle, text }: Pick<Edit, 'thread' | 'handle' | 'text'>,
  memory: Memory,
): Promise<Edited> {
  const message = readHandle(handle);
  const where = await placeOf(thread, memory);
  if (message === null || where === null) return unsent(NOT_FOUND);
  if ('said' in where) return unsent(where.said);
  const words = storableText(text).trim();
  const limit = message.isCaption ? CAPTION_LIMIT : MESSAGE_LIMIT;
  if (words.length > limit) return tooLong(limit);
  if (words === '' && !message.isCaption) return EMPTY_TEXT;
  const { chat_id, business_connection_id: connection } = where.params;
  const place = {
    chat_id,
    message_id: message.messageId,
    ...(connection === undefined ? {} : { business_connection_id: connection }),
  };
  const api = botApi(config.token.reveal(), config.apiRoot);
  const edited = message.isCaption
    ? await api.editMessageCaption({ ...place, caption: words })
    : await api.editMessageText({ ...place, text: words });
  switch (edited.outcome) {
    case 'ok':
      return { outcome: 'edited' };
    case 'retry':
      return { outcome: 'retry', afterMs: edited.afterMs, problem: edited.problem };
    case 'refused':
      return { outcome: 'refused', problem: edited.problem };
  }
}

const NOT_FOUND = { ru: 'сообщения больше нет', en: 'the message is not known any more' };
