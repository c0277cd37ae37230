import { maxFeed } from '../max/channel.ts';
import type { ChatScript, PlayedMessage, Told } from './chatProvider.ts';

const SECRET = 'the-secret-of-this-test';
const STAFF = 77;
const headers = { 'x-max-bot-api-secret': SECRET };

const messageOf = ({ number, chat, by, text, at }: PlayedMessage) => ({
  sender: {
    user_id: by === 'client' ? 500 + chat : by === 'person' ? STAFF : 1,
    is_bot: by === 'machine',
    first_name: 'Иван',
  },
  recipient: { chat_id: chat, chat_type: 'dialog' },
  timestamp: at,
  body: { mid: `mid.${number}`, seq: number, text },
});

const told = (update_type: string, over: object, timestamp = Date.now()): Told => ({
  headers,
  body: { update_type, timestamp, ...over },
});

const script = (isPolled: boolean): ChatScript => ({
  isPolled,
  repeats: true,
  yaml: ({ api }) =>
    `kind: max, token: the-token, staff: ["${STAFF}"], ${isPolled ? '' : `secret: ${SECRET}, `}api_root: "${api}"`,
  says: (message) => told('message_created', { message: messageOf(message) }, message.at),
  edits: (message, text) => told('message_edited', { message: messageOf({ ...message, text }) }),
  deletes: (message) =>
    told('message_removed', {
      message_id: `mid.${message.number}`,
      chat_id: message.chat,
      user_id: 500 + message.chat,
    }),
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
      return { body: { subscriptions: [{ url: 'https://other.example' }] } };
    if (url.pathname === '/subscriptions') {
      const asked = JSON.parse(body) as { url: string; secret: string };
      return { status: asked.url === hook && asked.secret === SECRET ? 200 : 400, body: { success: true } };
    }
    if (url.pathname === '/chats')
      return {
        body: {
          chats: [...new Set(messages.map(({ chat }) => chat))].map((chat_id) => ({ chat_id })),
          marker: null,
        },
      };
    const chat = url.searchParams.get('chat_id');
    if (url.pathname !== '/messages' || chat === null) return null;
    return {
      body: {
        messages: messages
          .filter((each) => String(each.chat) === chat)
          .map(messageOf)
          .reverse(),
      },
    };
  },
});

/** MAX by webhook. */
export const maxScript = script(false);
/** MAX by long polling. */
export const maxPolledScript = script(true);
