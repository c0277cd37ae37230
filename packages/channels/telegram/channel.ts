import type { TelegramChannel } from '@otklik/config';
import type { Channel } from '../channel.ts';
import { botId } from './account.ts';
import { receiveTelegram } from './receive.ts';
import { sendToClient } from './send.ts';

/**
 * A Telegram bot that clients write to in private chats. `receive` takes everybody for a client; where the same bot also
 * pings our people, ingest calls `receiveTelegram` with the whole account.
 */
export const telegramChannel: Channel<TelegramChannel> = {
  kind: 'telegram',
  receive: (config, request, privacy) =>
    receiveTelegram(
      {
        account: botId(config.token),
        token: config.token,
        apiRoot: config.apiRoot,
        channel: config,
        staff: null,
        privacy,
      },
      request,
    ),
  send: (config, thread, text) => sendToClient(config, thread, text),
};
