import type { ChatScript, PlayedMessage, Told } from '../../testing/chatProvider.ts';
import { maxFeed } from '../channel.ts';

const SECRET = 'the-secret-of-this-test';
const STAFF = 77;
const headers = { 'x-max-bot-api-secret': SECRET };

const messageOf = ({ number, chat, by, text, at, isPicture }: PlayedMessage) => ({
  sender: {
    user_id: by === 'client' ? 500 + chat : by === 'person' ? STAFF : 1,
    is_bot: by === 'machine',
    first_name: 'Иван',
  },
  recipient: { chat_id: chat, chat_type: 'dialog' },
  timestamp: at,
  body: { mid: `mid.${number}`, seq: number, text, attachments: isPicture ? [{ type: 'image' }] : [] },
});

const told = (update_type: string, over: object, timestamp = Date.now()): Told => ({
  headers,
  body: { update_type, timestamp, ...over },
});

const script = (isPolled: boolean): ChatScript => ({
  isPolled,
  repeats: true,
  yaml: ({ api }) =>
    `kind: max, token: the-token, staff: ["${STAFF}"], chats: ["1", "2", "3"], ${isPolled ? '' : `secret: ${SECRET}, `}api_root: "${api}"`,
  says: (message) => told('message_created', { message: messageOf(message) }, message.at),
  edits: (message, text) => told('message_edited', { message: messageOf({ ...message, text }) }),
  deletes: (message) =>
    told('message_removed', {
      message_id: `mid.${message.number}`,
      chat_id: message.chat,
      user_id: 500 + message.chat,
    }),
  ourDeletes: (message) =>
    told('message_removed', { message_id: `mid.${message.number}`, chat_id: message.chat, user_id: STAFF }),
  hasPictures: true,
  unknown: () => told('telepathy', {}),
  feed: (channel, config, pace) => {
    if (channel.kind !== 'max') throw new Error('another kind');
    return maxFeed(channel, config, pace);
  },
  api: ({ url, method, headers: sent, body }, { messages, told: all, hook }) => {
    if (sent.authorization !== 'the-token') return { status: 401, body: { code: 'verify.token' } };
    if (url.pathname === '/updates') {
      const marker = Number(url.searchParams.get('marker') ?? 0);
      return { body: { updates: all.slice(marker).map((each) => each.body), marker: all.length } };
    }
    if (url.pathname === '/subscriptions' && method === 'GET')
      return { body: { subscriptions: isPolled ? [] : [{ url: 'https://other.example', time: 1 }] } };
    if (url.pathname === '/subscriptions') {
      const asked = JSON.parse(body) as { url: string; secret: string; update_types: string[] };
      const isRight =
        asked.url === hook && asked.secret === SECRET && asked.update_types.includes('comment_created');
      return { body: isRight ? { success: true } : { success: false, code: 'proto.payload' } };
    }
    const chat = url.searchParams.get('chat_id');
    if (url.pathname !== '/messages' || chat === null) return null;
    const before = Number(url.searchParams.get('before') ?? Number.POSITIVE_INFINITY);
    const said = messages.filter((each) => String(each.chat) === chat && each.at < before);
    return {
      body: {
        messages: said
          .map(messageOf)
          .reverse()
          .slice(0, Number(url.searchParams.get('count'))),
      },
    };
  },
});

/** By webhook. */
export const maxScript = script(false);
/** By long polling. */
export const maxPolledScript = script(true);
