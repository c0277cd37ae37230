import type { CommentNetwork, PlayedComment } from '../../testing/commentStories.ts';
import { pollVk } from '../poll.ts';

const [GROUP, SECRET, COLLEAGUE] = [1, 'the-secret-of-this-test', 777];
const PLACES = {
  wall: { type: 'wall_reply_new', field: 'post_id' },
  photo: { type: 'photo_comment_new', field: 'photo_id' },
  video: { type: 'video_comment_new', field: 'video_id' },
  market: { type: 'market_comment_new', field: 'item_id' },
} as const;
type Place = keyof typeof PLACES;
/** Of the post, photo, video or product. */
const ITEM = 30;

const PEOPLE = { Иван: 555, Пётр: 556, чужие: -2, мы: -GROUP, Ольга: COLLEAGUE } as const;

/** VK's chains have one level; `parents_stack` names the top. */
function topOf(comment: PlayedComment, all: readonly PlayedComment[]): PlayedComment {
  const above = all.find(({ number }) => number === comment.under);
  return above ? topOf(above, all) : comment;
}

/** https://dev.vk.com/reference/objects/comment */
const commentOf = (comment: PlayedComment, all: readonly PlayedComment[]) => ({
  id: comment.number,
  from_id: PEOPLE[comment.by],
  date: comment.at / 1_000,
  text: 'Есть в наличии?',
  ...(comment.under !== null && {
    reply_to_comment: comment.under,
    parents_stack: [topOf(comment, all).number],
  }),
});

/** Listed only for a person's token. */
export const vkComments = (place: Place): CommentNetwork => ({
  yaml: (api) =>
    `kind: vk, group_id: "${GROUP}", token: the-token, user_token: the-user-token, secret: ${SECRET}, staff: ["${COLLEAGUE}"], api_root: "${api}"`,
  tells: (comment, all) => ({
    body: {
      type: PLACES[place].type,
      group_id: GROUP,
      event_id: `e${comment.number}`,
      v: '5.199',
      secret: SECRET,
      object: { ...commentOf(comment, all), [PLACES[place].field]: ITEM, owner_id: -GROUP },
    },
  }),
  likes: ({ number }) => ({
    body: { type: 'like_add', group_id: GROUP, secret: SECRET, object: { object_id: number } },
  }),
  forged: ({ body }) => ({ body: Object.assign({}, body, { secret: 'another' }) }),
  look: (channel, config, { now }) => {
    if (channel.kind !== 'vk') throw new Error('another kind');
    return pollVk(channel, config, { now, betweenCallsMs: 0 });
  },
  api: ({ url, form }, comments) => {
    const method = url.pathname.replace('/method/', '');
    const isPersons = /^(wall|board|photos|video|market)\./.test(method);
    if (form.get('access_token') !== (isPersons ? 'the-user-token' : 'the-token'))
      return { error: { error_code: 27, error_msg: 'method is unavailable with this token' } };
    if (Number(form.get('count') ?? 0) > (method.startsWith('messages.') ? 200 : 100))
      return { error: { error_code: 100, error_msg: 'count' } };
    const listed = (items: readonly object[], count = items.length) => ({ response: { count, items } });
    const on = (where: Place, items: readonly object[]) => listed(where === place ? items : []);
    switch (method) {
      case 'groups.getCallbackServers':
        return listed([{ id: 1, url: 'http://otklik/hooks/line', status: 'ok' }]);
      case 'groups.getCallbackSettings':
        return { response: { api_version: '5.199', events: { message_new: 1 } } };
      case 'wall.get':
        return on('wall', [{ id: ITEM, comments: { count: comments.length } }]);
      case 'video.get':
        return on('video', [{ id: ITEM, comments: comments.length }]);
      case 'market.get':
        return on('market', [{ id: ITEM }]);
      case 'board.getTopics':
      case 'messages.getConversations':
        return listed([]);
      case 'photos.getAllComments':
        return on(
          'photo',
          paged(
            form,
            comments.map((each) => ({ ...commentOf(each, comments), pid: ITEM })),
          ),
        );
      case 'market.getComments':
        return listed(
          paged(
            form,
            comments.map((each) => commentOf(each, comments)),
          ),
        );
      case 'wall.getComments':
      case 'video.getComments':
        return form.get(PLACES[place].field) === String(ITEM)
          ? listed(inChains(form, comments))
          : { error: { error_code: 100, error_msg: 'item' } };
      default:
        return null;
    }
  },
});

/** Newest first, as with `sort=desc` and in `photos.getAllComments`. */
const paged = (form: URLSearchParams, items: readonly object[]): object[] => {
  const offset = Number(form.get('offset') ?? 0);
  return items.toReversed().slice(offset, offset + Number(form.get('count') ?? 20));
};

/** The tops with the requested number of answers, or one chain. */
function inChains(form: URLSearchParams, comments: readonly PlayedComment[]): object[] {
  const under = (top: PlayedComment) =>
    comments
      .filter((each) => each.under !== null && topOf(each, comments) === top)
      .map((each) => commentOf(each, comments));
  const asked = form.get('comment_id');
  if (asked !== null) {
    const top = comments.find(({ number }) => String(number) === asked);
    return top ? paged(form, under(top)) : [];
  }
  const first = comments.filter((each) => each.under === null);
  return paged(
    form,
    first.map((top) => ({
      ...commentOf(top, comments),
      thread: {
        count: under(top).length,
        items: under(top).slice(0, Number(form.get('thread_items_count') ?? 0)),
      },
    })),
  );
}
