import { AT, type Destroyed, destroyed, KEY, keyed } from '../testing/destroyed.ts';

const okPress = (user_id: string) => ({
  webhookType: 'MESSAGE_CALLBACK',
  callbackId: 'c',
  sender: { user_id },
  recipient: { chat_id: 'chat:1' },
  timestamp: AT * 1_000,
});

const BODIES: readonly Destroyed[] = [
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
];

for (const each of BODIES) destroyed(each);
