import { AT, type Destroyed, destroyed, KEY, keyed } from '../testing/destroyed.ts';

const BODIES: readonly Destroyed[] = [
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
    // No agent is invited here: Jivo then does it by itself.
    mayRefuse: 503,
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

for (const each of BODIES) destroyed(each);
