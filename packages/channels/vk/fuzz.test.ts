import { AT, type Destroyed, destroyed, SECRET } from '../testing/destroyed.ts';

const vk = (type: string, object: object) => ({
  type,
  group_id: 1,
  event_id: 'e',
  v: '5.199',
  secret: SECRET,
  object,
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

const BODIES: readonly Destroyed[] = [
  {
    kind: 'vk',
    yaml: `kind: vk, group_id: "1", token: the-token, secret: ${SECRET}`,
    how: {},
    // The secret and the group stand in the body, and may be what was destroyed.
    mayRefuse: 401,
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
    // The secret and the group stand in the body, and may be what was destroyed.
    mayRefuse: 401,
    client: vk('message_new', { message: vkInChat(5) }),
    ours: vk('message_new', { message: vkInChat(7) }),
  },
  {
    kind: 'vk, comments',
    yaml: `kind: vk, group_id: "1", token: the-token, secret: ${SECRET}`,
    how: {},
    // The secret and the group stand in the body, and may be what was destroyed.
    mayRefuse: 401,
    client: vkComment(5),
    ours: vkComment(-1),
  },
  {
    kind: 'vk, a press of a button',
    yaml: `kind: vk, group_id: "1", token: the-token, secret: ${SECRET}, staff: ["7"]`,
    how: {},
    // The secret and the group stand in the body, and may be what was destroyed.
    mayRefuse: 401,
    client: vk('message_event', { user_id: 5, peer_id: 2_000_000_001, event_id: 'e' }),
    ours: vk('message_event', { user_id: 7, peer_id: 2_000_000_001, event_id: 'e' }),
  },
];

for (const each of BODIES) destroyed(each);
