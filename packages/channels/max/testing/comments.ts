import type { CommentNetwork, PlayedComment } from '../../testing/commentStories.ts';
import { pollMax } from '../poll.ts';

const [SECRET, COLLEAGUE, CHANNEL, POST] = ['the-secret-of-this-test', 77, -100, 'p1'];
const PEOPLE = { Иван: 55, Пётр: 56, чужие: 57, Ольга: COLLEAGUE } as const;

/** null: the channel itself. */
const senderOf = ({ by }: PlayedComment) =>
  by === 'мы' ? null : { user_id: PEOPLE[by], first_name: by, is_bot: false };

/** https://dev.max.ru/docs-api/objects/CommentMessage: names the answered comment, not the chain. */
function commentOf(comment: PlayedComment, all: readonly PlayedComment[]) {
  const above = all.find(({ number }) => number === comment.under);
  return {
    sender: senderOf(comment),
    timestamp: comment.at,
    body: { mid: `mid.c${comment.number}`, seq: comment.number, text: 'Есть в наличии?' },
    ...(above && {
      link: {
        type: 'reply',
        sender: senderOf(above),
        chat_id: CHANNEL,
        message: { mid: `mid.c${above.number}`, seq: above.number, text: 'Есть в наличии?' },
      },
    }),
  };
}

const recipient = { chat_id: CHANNEL, chat_type: 'channel' };

/** Under one channel's post. Likes are not reported; the list does not repeat the post. */
export const maxComments: CommentNetwork = {
  without: ['чужие'],
  yaml: (api) =>
    `kind: max, token: the-token, secret: ${SECRET}, staff: ["${COLLEAGUE}"], chats: ["${CHANNEL}"], api_root: "${api}"`,
  tells: (comment, all) => ({
    headers: { 'x-max-bot-api-secret': SECRET },
    body: {
      update_type: 'comment_created',
      timestamp: comment.at,
      message: { ...commentOf(comment, all), recipient: { ...recipient, post_id: `mid.${POST}` } },
    },
  }),
  likes: () => null,
  forged: ({ body }) => ({ body, headers: { 'x-max-bot-api-secret': 'another-secret-of-16' } }),
  look: (channel, config, world) => {
    if (channel.kind !== 'max') throw new Error('another kind');
    return pollMax(channel, { ...config, publicUrl: 'https://otklik.example.ru' }, world);
  },
  api: ({ url, authorization }, comments) => {
    if (authorization !== 'the-token') return null;
    switch (url.pathname) {
      case '/subscriptions':
        return {
          subscriptions: [{ url: 'https://otklik.example.ru/hooks/line', time: 1, update_types: null }],
        };
      case '/messages':
        return {
          messages:
            url.searchParams.get('chat_id') === String(CHANNEL)
              ? [
                  {
                    sender: { user_id: 9, is_bot: false },
                    recipient,
                    timestamp: 1_000,
                    body: { mid: POST, seq: 1, text: 'Новинки' },
                  },
                ]
              : [],
        };
      case `/messages/${POST}/comments`: {
        const after = Number(url.searchParams.get('after') ?? 0);
        const said = comments.filter(({ at }) => at > after).toReversed();
        return { messages: said.map((each) => ({ ...commentOf(each, comments), recipient })) };
      }
      default:
        return null;
    }
  },
};
