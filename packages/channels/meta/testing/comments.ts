import { createHmac } from 'node:crypto';
import { AWAY } from '../../testing/awayMemory.ts';
import type { CommentNetwork, PlayedComment } from '../../testing/commentStories.ts';
import { pollMeta } from '../poll.ts';

const [ACCOUNT, SECRET, COLLEAGUE, POST] = ['900', 'the-app-secret', '777', '900_30'];
const PEOPLE = { Иван: '555', Пётр: '556', чужие: '901', мы: ACCOUNT, Ольга: COLLEAGUE } as const;
type Platform = 'messenger' | 'instagram';

/** One level: an answer to an answer is under the first comment. */
function topOf(comment: PlayedComment, all: readonly PlayedComment[]): PlayedComment {
  const above = all.find(({ number }) => number === comment.under);
  return above ? topOf(above, all) : comment;
}
const idOf = ({ number }: PlayedComment): string => `30_${number}`;

const signed = (platform: Platform, { at }: { at: number }, changes: readonly object[]) => {
  const object = platform === 'messenger' ? 'page' : 'instagram';
  const body = { object, entry: [{ id: ACCOUNT, time: at / 1_000, changes }] };
  const proof = createHmac('sha256', SECRET).update(JSON.stringify(body)).digest('hex');
  return { body, headers: { 'x-hub-signature-256': `sha256=${proof}` } };
};

/** https://developers.facebook.com/docs/graph-api/webhooks/reference/page/#feed and …/instagram/#comments */
function saidOf(platform: Platform, comment: PlayedComment, all: readonly PlayedComment[]): object {
  const from = { id: PEOPLE[comment.by], name: comment.by };
  const first = topOf(comment, all);
  return platform === 'messenger'
    ? {
        item: 'comment',
        verb: 'add',
        comment_id: idOf(comment),
        post_id: POST,
        parent_id: first === comment ? POST : idOf(first),
        from,
        message: 'Есть в наличии?',
        created_time: comment.at / 1_000,
      }
    : {
        id: idOf(comment),
        from: { id: from.id, username: from.name },
        text: 'Есть в наличии?',
        media: { id: POST },
        ...(first !== comment && { parent_id: idOf(first) }),
      };
}

/** Comments under one post of a page or Instagram account. */
export const metaComments = (platform: Platform): CommentNetwork => ({
  yaml: (api) =>
    `kind: meta, platform: ${platform}, account_id: "${ACCOUNT}", app_secret: ${SECRET}, verify_token: only-we-know, token: the-token, staff: ["${COLLEAGUE}"], api_root: "${api}"`,
  tells: (comment, all) =>
    signed(platform, comment, [
      { field: platform === 'messenger' ? 'feed' : 'comments', value: saidOf(platform, comment, all) },
    ]),
  likes: (comment) =>
    platform === 'messenger'
      ? signed(platform, comment, [
          {
            field: 'feed',
            value: {
              item: 'reaction',
              verb: 'add',
              reaction_type: 'like',
              comment_id: idOf(comment),
              post_id: POST,
              from: { id: ACCOUNT, name: 'мы' },
            },
          },
        ])
      : null,
  forged: ({ body }) => ({ body, headers: { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` } }),
  look: (channel, config, world) => {
    if (channel.kind !== 'meta') throw new Error('another kind');
    return pollMeta(channel, config, { ...world, memory: AWAY });
  },
  api: ({ url, authorization }, comments) => {
    if (authorization !== 'Bearer the-token') return null;
    const newestFirst = comments.toReversed();
    const time = ({ at }: PlayedComment): string => new Date(at).toISOString().replace('.000Z', '+0000');
    switch (url.pathname) {
      case `/${ACCOUNT}/subscribed_apps`:
        return {
          data: [
            {
              subscribed_fields: ['messages', 'message_echoes', 'messaging_postbacks', 'standby', 'feed'],
            },
          ],
        };
      case `/${ACCOUNT}/conversations`:
      case '/me/conversations':
        return { data: [] };
      case `/${ACCOUNT}/feed`:
        return { data: newestFirst.slice(0, 1).map((last) => ({ id: POST, updated_time: time(last) })) };
      case `/${ACCOUNT}/media`:
        return { data: [{ id: POST, comments_count: comments.length }] };
      case `/${POST}/comments`:
        return platform === 'messenger'
          ? {
              data: newestFirst.map((each) => ({
                id: idOf(each),
                from: { id: PEOPLE[each.by], name: each.by },
                message: 'Есть в наличии?',
                created_time: time(each),
                ...(topOf(each, comments) !== each && { parent: { id: idOf(topOf(each, comments)) } }),
              })),
            }
          : { data: newestFirst.filter(({ under }) => under === null).map((top) => chainOf(top, comments)) };
      default:
        return null;
    }

    function chainOf(top: PlayedComment, all: readonly PlayedComment[]): object {
      const said = (each: PlayedComment) => ({
        id: idOf(each),
        from: { id: PEOPLE[each.by], username: each.by },
        text: 'Есть в наличии?',
        timestamp: time(each),
      });
      const under = all.filter((each) => each !== top && topOf(each, all) === top);
      return { ...said(top), ...(under.length > 0 && { replies: { data: under.map(said) } }) };
    }
  },
});
