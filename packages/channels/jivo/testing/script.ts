import type { ChatScript, PlayedMessage, Told } from '../../testing/chatProvider.ts';

const KEY = 'the-key-of-this-test-1';

/** Distinct from other tests' chats in this process. */
const chatOf = ({ chat }: PlayedMessage, first: number): string => `${first}${chat}`;
/** Live, two messages of one side in one second look like one. */
const second = ({ at, number }: PlayedMessage, messages: readonly PlayedMessage[]): number => {
  const own = Math.floor(at / 1_000);
  const same = messages.filter((each) => each.number < number && Math.floor(each.at / 1_000) === own);
  return own - same.length;
};

/**
 * Bot (jivo.ru/docs/bot/) and webhooks (jivo.ru/docs/webhooks/). The bot hears client and agent at once, at an
 * address that ends with its token; a machine's words come at the end.
 */
export function jivoScript(): ChatScript {
  const first = Math.floor(Math.random() * 1e9);
  const bot = (
    event: string,
    message: PlayedMessage,
    messages: readonly PlayedMessage[],
    more: object,
  ): Told => ({
    path: `/${KEY}`,
    body: {
      event,
      id: `e-${message.number}`,
      site_id: '123456',
      client_id: `v-${message.chat}`,
      chat_id: chatOf(message, first),
      message: {
        type: message.isPicture ? 'PHOTO' : 'TEXT',
        text: message.text,
        timestamp: second(message, messages),
      },
      ...more,
    },
  });
  const over = (message: PlayedMessage, messages: readonly PlayedMessage[]): Told => ({
    path: `?key=${KEY}`,
    tells: messages.filter(({ chat }) => chat === message.chat),
    body: {
      event_name: 'chat_finished',
      chat_id: Number(chatOf(message, first)),
      visitor: { name: 'Пётр', number: `v-${message.chat}` },
      agents: [{ id: '7', name: 'Ольга', email: 'olga@example.ru' }],
      chat: {
        messages: messages
          .filter(({ chat }) => chat === message.chat)
          .map((each) => ({
            message: each.text,
            timestamp: second(each, messages),
            type: each.by === 'client' ? 'visitor' : each.by === 'person' ? 'agent' : 'system',
            ...(each.by === 'person' && { agent_id: 7 }),
          })),
      },
    },
  });
  return {
    isBlindWhileAway: true,
    tellsSecondsApart: true,
    yaml: ({ api }) =>
      `kind: jivo, key: ${KEY}, bot_provider: the-provider, accepted: waits, bot_root: "${api}"`,
    says: (message, messages) =>
      message.by === 'client'
        ? bot('CLIENT_MESSAGE', message, messages, {
            agents_online: true,
            sender: { id: message.chat, name: 'Пётр' },
          })
        : message.by === 'person'
          ? bot('AGENT_MESSAGE', message, messages, {
              agent: { id: 7, name: 'Ольга', email: 'olga@example.ru' },
            })
          : over(message, messages),
    hasPictures: true,
    unknown: () => ({ path: `/${KEY}`, body: { event: 'TELEPATHY', chat_id: '1' } }),
    api: ({ url, method, body }) => {
      if (method !== 'POST' || url.pathname !== `/webhooks/the-provider/${KEY}`) return null;
      const { event, chat_id } = JSON.parse(body) as { event: string; chat_id: string };
      return { status: event === 'INVITE_AGENT' && chat_id.startsWith(String(first)) ? 200 : 400, body: {} };
    },
  };
}
