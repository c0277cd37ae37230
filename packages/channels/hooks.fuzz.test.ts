import { createHmac } from 'node:crypto';
import { AT, type Destroyed, destroyed, KEY, keyed, type Posted, SECRET } from './testing/destroyed.ts';

const signed = (text: string): Posted => ({
  headers: { 'x-hub-signature-256': `sha256=${createHmac('sha256', SECRET).update(text).digest('hex')}` },
});
const vk = (type: string, object: object) => ({
  type,
  group_id: 1,
  event_id: 'e',
  v: '5.199',
  secret: SECRET,
  object,
});
const avito = (over: object) => ({
  payload: {
    type: 'message',
    value: {
      id: 'm',
      chat_id: 'u2i-1',
      user_id: 111,
      author_id: 222,
      created: AT,
      type: 'text',
      chat_type: 'u2i',
      content: { text: 'а' },
      ...over,
    },
  },
});
const max = (is_bot: boolean) => ({
  update_type: 'message_created',
  timestamp: AT * 1_000,
  message: {
    sender: { user_id: 55, is_bot },
    recipient: { chat_id: 7, chat_type: 'dialog' },
    timestamp: AT * 1_000,
    body: { mid: 'mid.1', seq: 1, text: 'а' },
  },
});
const meta = (sender: string, recipient: string, over: object) => ({
  object: 'page',
  entry: [
    {
      id: '900',
      messaging: [
        {
          sender: { id: sender },
          recipient: { id: recipient },
          timestamp: AT * 1_000,
          message: { mid: 'm', text: 'а', ...over },
        },
      ],
    },
  ],
});

const KINDS: readonly Destroyed[] = [
  {
    kind: 'vk',
    yaml: `kind: vk, group_id: "1", token: the-token, secret: ${SECRET}`,
    how: {},
    client: vk('message_new', {
      message: { id: 1, conversation_message_id: 4, date: AT, from_id: 5, peer_id: 5, out: 0, text: 'а' },
    }),
    ours: vk('message_reply', {
      id: 1,
      conversation_message_id: 5,
      date: AT,
      from_id: -1,
      peer_id: 5,
      out: 1,
      text: 'а',
      admin_author_id: 7,
    }),
  },
  {
    kind: 'avito',
    yaml: `kind: avito, user_id: "111", client_id: cl, client_secret: the-secret, key: ${KEY}`,
    how: keyed,
    client: avito({}),
    ours: avito({ author_id: 111 }),
  },
  {
    kind: 'max',
    yaml: `kind: max, token: the-token, secret: ${SECRET}`,
    how: { headers: { 'x-max-bot-api-secret': SECRET } },
    client: max(false),
    ours: max(true),
  },
  {
    kind: 'meta',
    yaml: `kind: meta, platform: messenger, account_id: "900", app_secret: ${SECRET}, verify_token: only-we-know`,
    how: signed,
    client: meta('55', '900', {}),
    ours: meta('900', '55', { is_echo: true, app_id: 1 }),
  },
  {
    kind: 'ok',
    yaml: `kind: ok, token: the-token, key: ${KEY}`,
    how: keyed,
    client: {
      sender: { user_id: 'user:5' },
      recipient: { chat_id: 'chat:1' },
      message: { text: 'а', mid: 'mid:1' },
      timestamp: AT * 1_000,
    },
    ours: {
      sender: { user_id: 'group:5' },
      recipient: { chat_id: 'chat:1' },
      message: { text: 'а', mid: 'mid:2' },
      timestamp: AT * 1_000,
    },
  },
  {
    kind: 'jivo',
    yaml: `kind: jivo, key: ${KEY}`,
    how: keyed,
    client: { event_name: 'offline_message', offline_message_id: 1, message: 'а', visitor: { number: '42' } },
    ours: {
      event_name: 'chat_finished',
      chat_id: 1,
      chat: { messages: [{ message: 'а', timestamp: AT, type: 'agent', agent_id: '7' }] },
    },
  },
];

for (const each of KINDS) destroyed(each);
