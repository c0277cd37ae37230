import { AT, type Destroyed, destroyed, SECRET } from '../testing/destroyed.ts';

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

const maxPress = (is_bot: boolean) => ({
  update_type: 'message_callback',
  timestamp: AT * 1_000,
  callback: { timestamp: AT * 1_000, callback_id: 'c', payload: 'p', user: { user_id: 55, is_bot } },
  message: max(true).message,
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

const BODIES: readonly Destroyed[] = [
  {
    kind: 'max, comments',
    yaml: `kind: max, token: the-token, secret: ${SECRET}`,
    how: { headers: { 'x-max-bot-api-secret': SECRET } },
    client: maxComment({ user_id: 55, is_bot: false }),
    ours: maxComment(null),
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
    kind: 'max, a message without its message',
    yaml: `kind: max, token: the-token, secret: ${SECRET}`,
    how: { headers: { 'x-max-bot-api-secret': SECRET } },
    client: { update_type: 'message_created', timestamp: AT * 1_000, user_locale: 'ru' },
    ours: max(true),
  },
];

for (const each of BODIES) destroyed(each);
