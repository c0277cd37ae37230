import type { ChatScript, PlayedMessage } from '../../testing/chatProvider.ts';
import { okFeed } from '../channel.ts';

const [KEY, TOKEN, BOT] = ['the-key-of-this-test-1', 'the-token', '9'];

const messageOf = ({ number, chat, by, text, at, isPicture }: PlayedMessage) => ({
  sender: { user_id: by === 'client' ? `user:${500 + chat}` : `group:${BOT}`, name: 'Иван' },
  recipient: { chat_id: `chat:C${chat}` },
  message: {
    text,
    seq: number,
    mid: `mid:${number}`,
    ...(isPicture && { attachments: [{ type: 'IMAGE' }] }),
  },
  timestamp: at,
});

/** The group's own words are only in the list. A bot under its name looks like a person, so there is none. */
export const okScript: ChatScript = {
  repeats: true,
  yaml: ({ api }) => `kind: ok, token: ${TOKEN}, key: ${KEY}, api_root: "${api}"`,
  says: (message) => ({
    path: `?key=${KEY}`,
    body: message.by === 'client' ? messageOf(message) : { webhookType: 'CHAT_SYSTEM' },
  }),
  hasPictures: true,
  unknown: () => ({ path: `?key=${KEY}`, body: { webhookType: 'TELEPATHY' } }),
  feed: (channel, config, pace) => {
    if (channel.kind !== 'ok') throw new Error('another kind');
    return okFeed(channel, config, pace);
  },
  api: ({ url, body, method }, { messages, hook }) => {
    if (url.searchParams.get('access_token') !== TOKEN)
      return { body: { error_code: 102, error_msg: 'PARAM_SESSION_EXPIRED' } };
    switch (url.pathname) {
      case '/graph/me/subscriptions':
        return { body: { subscriptions: [] } };
      case '/graph/me/subscribe':
        return method === 'POST' && (JSON.parse(body) as { url: string }).url === `${hook}?key=${KEY}`
          ? { body: { success: true } }
          : { body: { error_code: 100 } };
      case '/graph/me/chats': {
        const chats = [...Map.groupBy(messages, ({ chat }) => chat)].map(([chat, said]) => ({
          chat_id: `chat:C${chat}`,
          type: 'DIALOG',
          lastEventTime: Math.max(...said.map(({ at }) => at)),
        }));
        return { body: { chats: chats.sort((a, b) => b.lastEventTime - a.lastEventTime) } };
      }
      case '/graph/me/messages': {
        const [later, earlier] = [Number(url.searchParams.get('from')), Number(url.searchParams.get('to'))];
        const said = messages.filter(
          ({ chat, by, at }) =>
            `chat:C${chat}` === url.searchParams.get('chat_id') &&
            by !== 'machine' &&
            earlier <= at &&
            at <= later,
        );
        return { body: { messages: said.map(messageOf).reverse() } };
      }
      default:
        return null;
    }
  },
};
