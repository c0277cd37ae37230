import type { ChatScript, PlayedMessage, Told } from '../../testing/chatProvider.ts';
import { avitoFeed } from '../channel.ts';

const KEY = 'the-key-of-this-test-1';
const [US, CLIENT] = [111, 222];

const messageOf = ({ number, by, text, at, isPicture }: PlayedMessage) => ({
  id: `m-${number}`,
  author_id: by === 'client' ? CLIENT : US,
  created: Math.floor(at / 1_000),
  type: by === 'machine' ? 'system' : isPicture ? 'image' : 'text',
  content: {
    ...(isPicture ? { image: { sizes: {} } } : { text }),
    ...(by === 'machine' && { flow_id: 'flower_1' }),
  },
});

const posted = ({ chat }: PlayedMessage, value: object): Told => ({
  path: `?key=${KEY}`,
  body: {
    id: 'e',
    version: 'v3.0.0',
    payload: { type: 'message', value: { ...value, chat_id: `u2i-${chat}`, user_id: US, chat_type: 'u2i' } },
  },
});

/** Avito posts once, proven only by the address; drops subscriptions; lists newest first. */
export const avitoScript: ChatScript = {
  yaml: ({ api }) =>
    `kind: avito, user_id: "${US}", client_id: cl, client_secret: the-secret, key: ${KEY}, api_root: "${api}"`,
  says: (message) => posted(message, messageOf(message)),
  ourDeletes: (message) => posted(message, { ...messageOf(message), type: 'deleted', content: {} }),
  hasPictures: true,
  unknown: () => ({ path: `?key=${KEY}`, body: { payload: { type: 'telepathy', value: {} } } }),
  feed: (channel, config, pace) => {
    if (channel.kind !== 'avito') throw new Error('another kind');
    return avitoFeed(channel, config, pace);
  },
  api: ({ url, headers, body }, { messages, hook }) => {
    if (url.pathname === '/token') {
      const isRight =
        body.includes('grant_type=client_credentials') && body.includes('client_secret=the-secret');
      return isRight ? { body: { access_token: 'a-token', expires_in: 86_400 } } : { status: 401, body: {} };
    }
    if (headers.authorization !== 'Bearer a-token') return { status: 401, body: {} };
    if (url.pathname === '/messenger/v1/subscriptions') return { body: { subscriptions: [] } };
    if (url.pathname === '/messenger/v3/webhook')
      return {
        status: (JSON.parse(body) as { url: string }).url === `${hook}?key=${KEY}` ? 200 : 400,
        body: { ok: true },
      };
    if (url.pathname === '/calltracking/v1/getCalls/') return { body: { calls: [] } };
    if (url.pathname === '/ratings/v1/reviews') return { status: 403, body: {} };
    const chat = /\/chats\/u2i-(\d+)\/messages\/$/.exec(url.pathname)?.[1];
    if (chat !== undefined)
      return {
        body: messages
          .filter((each) => String(each.chat) === chat)
          .map(messageOf)
          .toReversed(),
      };
    if (
      url.pathname !== `/messenger/v2/accounts/${US}/chats` ||
      url.searchParams.get('unread_only') !== 'false'
    )
      return null;
    const chats = [...Map.groupBy(messages, (each) => each.chat)].map(([number, said]) => ({
      id: `u2i-${number}`,
      updated: Math.floor(Math.max(...said.map(({ at }) => at)) / 1_000),
      users: [{ id: US }, { id: CLIENT, name: 'Иван' }],
    }));
    return { body: { chats: chats.sort((a, b) => b.updated - a.updated) } };
  },
};
