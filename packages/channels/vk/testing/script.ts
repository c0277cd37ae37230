import type { ChatScript, PlayedMessage, Told } from '../../testing/chatProvider.ts';
import { vkFeed } from '../channel.ts';

const GROUP = 1;
const SECRET = 'the-secret-of-this-test';
const ADMIN = 777;

const messageOf = ({ number, chat, by, text, at, isPicture }: PlayedMessage) => ({
  id: number,
  conversation_message_id: number,
  date: Math.floor(at / 1_000),
  peer_id: 500 + chat,
  from_id: by === 'client' ? 500 + chat : -GROUP,
  out: by === 'client' ? 0 : 1,
  text,
  attachments: isPicture ? [{ type: 'photo' }] : [],
  ...(by === 'person' && { admin_author_id: ADMIN }),
});

const told = (type: string, object: object, number: number): Told => ({
  body: { type, group_id: GROUP, event_id: `e${number}`, v: '5.199', secret: SECRET, object },
});

const script = (isPolled: boolean): ChatScript => ({
  isPolled,
  repeats: true,
  wants: 'ok',
  yaml: ({ api }) =>
    `kind: vk, group_id: "${GROUP}", token: the-token, ${isPolled ? '' : `secret: ${SECRET}, confirmation: abc, `}api_root: "${api}"`,
  says: (message) =>
    message.by === 'client'
      ? told('message_new', { message: messageOf(message), client_info: {} }, message.number)
      : told('message_reply', messageOf(message), message.number),
  edits: (message, text) => told('message_edit', { ...messageOf(message), text }, message.number + 1_000),
  // VK reports an edit to nothing, no deletion.
  ourDeletes: (message) => told('message_edit', { ...messageOf(message), text: '' }, message.number + 2_000),
  hasPictures: true,
  unknown: () => told('telepathy_new', {}, 9_999),
  feed: (channel, config, pace) => {
    if (channel.kind !== 'vk') throw new Error('another kind');
    return vkFeed(channel, config, pace);
  },
  api: ({ url, body, headers }, { messages, told: all, hook }) => {
    if (url.pathname === '/long-poll') {
      if (url.searchParams.get('key') !== 'k' || url.searchParams.get('act') !== 'a_check')
        return { body: { failed: 2 } };
      const ts = Number(url.searchParams.get('ts'));
      return { body: { ts: String(all.length), updates: all.slice(ts).map((each) => each.body) } };
    }
    const form = new URLSearchParams(body);
    if (form.get('access_token') !== 'the-token')
      return { body: { error: { error_code: 5, error_msg: 'User authorization failed' } } };
    if (form.get('v') !== '5.199') return { body: { error: { error_code: 100, error_msg: 'version' } } };
    switch (url.pathname) {
      case '/method/groups.getLongPollServer':
        return { body: { response: { key: 'k', server: `http://${headers.host}/long-poll`, ts: '0' } } };
      case '/method/groups.getCallbackServers':
        return { body: { response: { count: 1, items: [{ id: 1, url: hook, status: 'ok' }] } } };
      case '/method/groups.getCallbackSettings':
      case '/method/groups.getLongPollSettings':
        return { body: { response: { api_version: '5.199', is_enabled: true, events: { message_new: 1 } } } };
      case '/method/messages.getConversations': {
        const items = [...Map.groupBy(messages, ({ chat }) => chat)].map(([chat, said]) => ({
          conversation: { peer: { id: 500 + chat, type: 'user' } },
          last_message: { date: Math.floor(Math.max(...said.map(({ at }) => at)) / 1_000) },
        }));
        return {
          body: {
            response: {
              count: items.length,
              items: items.sort((a, b) => b.last_message.date - a.last_message.date),
            },
          },
        };
      }
      case '/method/messages.getHistory': {
        const items = messages
          .filter(({ chat }) => String(500 + chat) === form.get('peer_id'))
          .map(messageOf);
        return { body: { response: { count: items.length, items: items.reverse() } } };
      }
      default:
        return null;
    }
  },
});

/** By Callback API, which repeats without `ok`. */
export const vkScript = script(false);
/** By Long Poll. */
export const vkPolledScript = script(true);
