import { AT, type Destroyed, destroyed, KEY, keyed } from '../testing/destroyed.ts';

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

const BODIES: readonly Destroyed[] = [
  {
    kind: 'avito',
    yaml: `kind: avito, user_id: "111", client_id: cl, client_secret: the-secret, key: ${KEY}`,
    how: keyed,
    client: avito({}),
    ours: avito({ author_id: 111 }),
  },
];

for (const each of BODIES) destroyed(each);
