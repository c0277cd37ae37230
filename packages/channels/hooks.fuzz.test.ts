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

const vkInChat = (from_id: number) => ({
  id: 1,
  conversation_message_id: 4,
  date: AT,
  from_id,
  peer_id: 2_000_000_001,
  out: 0,
  text: 'а',
  attachments: [],
});
const vkComment = (from_id: number) =>
  vk('wall_reply_new', {
    id: 31,
    from_id,
    date: AT,
    text: 'а',
    post_id: 30,
    owner_id: -1,
    parents_stack: [7],
  });
const maxPress = (is_bot: boolean) => ({
  update_type: 'message_callback',
  timestamp: AT * 1_000,
  callback: { timestamp: AT * 1_000, callback_id: 'c', payload: 'p', user: { user_id: 55, is_bot } },
  message: max(true).message,
});
const okPress = (user_id: string) => ({
  webhookType: 'MESSAGE_CALLBACK',
  callbackId: 'c',
  sender: { user_id },
  recipient: { chat_id: 'chat:1' },
  timestamp: AT * 1_000,
});
const maxComment = (sender: object | null) => ({
  update_type: 'comment_created',
  timestamp: AT * 1_000,
  message: {
    sender,
    recipient: { chat_id: -7, chat_type: 'channel', post_id: 'mid.p' },
    timestamp: AT * 1_000,
    body: { mid: 'mid.1', seq: 1, text: 'а' },
    link: { type: 'reply', sender: { user_id: 55, is_bot: false }, message: { mid: 'mid.0', seq: 0 } },
  },
});
const metaEntry = (over: object) => ({ object: 'page', entry: [{ id: '900', ...over }] });
const metaComment = (from: string, over: object = {}) =>
  metaEntry({
    changes: [
      {
        field: 'feed',
        value: {
          item: 'comment',
          verb: 'add',
          comment_id: '1_2',
          post_id: '1',
          from: { id: from },
          message: 'а',
          ...over,
        },
      },
    ],
  });
/** Of people Meta leaves out who they are, of the page it never does. */
const isWithoutAuthor = (body: unknown): boolean => !JSON.stringify(body).includes('"from":{"id":"900"}');
const metaEdit = (sender: string, recipient: string) => ({
  sender: { id: sender },
  recipient: { id: recipient },
  timestamp: AT * 1_000,
  message_edit: { mid: 'm', num_edit: 0, text: 'а' },
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
    kind: 'vk, a chat of several people',
    yaml: `kind: vk, group_id: "1", token: the-token, secret: ${SECRET}, staff: ["7"]`,
    how: {},
    client: vk('message_new', { message: vkInChat(5) }),
    ours: vk('message_new', { message: vkInChat(7) }),
  },
  {
    kind: 'vk, comments',
    yaml: `kind: vk, group_id: "1", token: the-token, secret: ${SECRET}`,
    how: {},
    client: vkComment(5),
    ours: vkComment(-1),
  },
  {
    kind: 'max, comments',
    yaml: `kind: max, token: the-token, secret: ${SECRET}`,
    how: { headers: { 'x-max-bot-api-secret': SECRET } },
    client: maxComment({ user_id: 55, is_bot: false }),
    ours: maxComment(null),
  },
  {
    kind: 'meta, comments',
    yaml: `kind: meta, platform: messenger, account_id: "900", app_secret: ${SECRET}, verify_token: only-we-know`,
    how: signed,
    client: metaComment('55'),
    ours: metaComment('900'),
    hidesAuthor: isWithoutAuthor,
  },
  {
    kind: 'meta, posts of visitors',
    yaml: `kind: meta, platform: messenger, account_id: "900", app_secret: ${SECRET}, verify_token: only-we-know`,
    how: signed,
    client: metaComment('55', { item: 'post', comment_id: null }),
    ours: metaComment('900', { item: 'post', comment_id: null }),
  },
  {
    kind: 'meta, in the entry itself',
    yaml: `kind: meta, platform: instagram, account_id: "900", app_secret: ${SECRET}, verify_token: only-we-know`,
    how: signed,
    client: metaEntry({
      field: 'messages',
      value: {
        sender: { id: '55' },
        recipient: { id: '900' },
        timestamp: String(AT),
        message: { mid: 'm', text: 'а' },
      },
    }),
    ours: metaEntry({
      field: 'messages',
      value: {
        sender: { id: '900' },
        recipient: { id: '55' },
        timestamp: String(AT),
        message: { mid: 'm', text: 'а', is_echo: true },
      },
    }),
  },
  {
    kind: 'meta, an edit for the nought-th time',
    yaml: `kind: meta, platform: instagram, account_id: "900", app_secret: ${SECRET}, verify_token: only-we-know`,
    how: signed,
    client: metaEntry({ messaging: [metaEdit('55', '900')] }),
    ours: metaEntry({ messaging: [metaEdit('900', '55')] }),
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
    kind: 'max, a press of a button',
    yaml: `kind: max, token: the-token, secret: ${SECRET}`,
    how: { headers: { 'x-max-bot-api-secret': SECRET } },
    client: maxPress(false),
    ours: maxPress(true),
  },
  {
    kind: 'vk, a press of a button',
    yaml: `kind: vk, group_id: "1", token: the-token, secret: ${SECRET}, staff: ["7"]`,
    how: {},
    client: vk('message_event', { user_id: 5, peer_id: 2_000_000_001, event_id: 'e' }),
    ours: vk('message_event', { user_id: 7, peer_id: 2_000_000_001, event_id: 'e' }),
  },
  {
    kind: 'max, a message without its message',
    yaml: `kind: max, token: the-token, secret: ${SECRET}`,
    how: { headers: { 'x-max-bot-api-secret': SECRET } },
    client: { update_type: 'message_created', timestamp: AT * 1_000, user_locale: 'ru' },
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
    kind: 'ok, a press of a button',
    yaml: `kind: ok, token: the-token, key: ${KEY}, staff: ["7"]`,
    how: keyed,
    client: okPress('user:5'),
    ours: okPress('user:7'),
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
  {
    kind: 'jivo, bot',
    yaml: `kind: jivo, key: ${KEY}`,
    how: keyed,
    client: {
      event: 'CLIENT_MESSAGE',
      id: 'e',
      client_id: '42',
      chat_id: '1',
      message: { type: 'TEXT', text: 'а', timestamp: AT },
    },
    ours: {
      event: 'AGENT_MESSAGE',
      id: 'e',
      client_id: '42',
      chat_id: '1',
      agent: { id: 7 },
      message: { type: 'TEXT', text: 'а', timestamp: AT },
    },
  },
];

for (const each of KINDS) destroyed(each);
