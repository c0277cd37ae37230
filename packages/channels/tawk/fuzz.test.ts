import { AT, type Destroyed, destroyed } from '../testing/destroyed.ts';
import { SECRET, signed } from './testing/script.ts';

const time = new Date(AT * 1_000).toISOString();
const transcript = (sender: object) => ({
  event: 'chat:transcript_created',
  time,
  chat: { id: 'c1', messages: [{ sender, type: 'msg', msg: 'а', time }] },
});
const ours = transcript({ t: 'a', n: 'Ольга', id: '7' });

const BODIES: readonly Destroyed[] = [
  {
    kind: 'tawk',
    yaml: `kind: tawk, secret: ${SECRET}`,
    how: signed,
    client: transcript({ t: 'v' }),
    ours,
  },
  {
    kind: 'tawk, a chat that begins',
    yaml: `kind: tawk, secret: ${SECRET}, started: waits`,
    how: signed,
    client: {
      event: 'chat:start',
      chatId: 'c1',
      time,
      message: { text: 'а', type: 'msg', sender: { type: 'visitor' } },
    },
    ours,
  },
  {
    kind: 'tawk, a ticket',
    yaml: `kind: tawk, secret: ${SECRET}`,
    how: signed,
    client: { event: 'ticket:create', time, ticket: { id: 't1', subject: 'а', message: 'а' } },
    ours,
  },
];

for (const each of BODIES) destroyed(each);
