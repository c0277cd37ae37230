import type { Config } from '@otklik/config';
import type { EpochMs } from '@otklik/domain';
import { z } from 'zod';
import type { ListenerDeps, LocalizedText } from '../channel.ts';
import { ProviderTrouble } from '../provider/callProvider.ts';
import { type Found, tolerateFailures } from '../provider/tolerateFailures.ts';
import type { MetaChannel } from './config.ts';
import { eventOfComment, isOfVisitor, type SaidComment } from './normalise.ts';
import { nextOf, pagedShape, pagesOf } from './pages.ts';

/** How many of the newest posts are read. */
const NEWEST = 50;
/** Pages per Instagram post; deeper chains are seen by webhook only. */
const MOST_PAGES = 10;

/** https://developers.facebook.com/docs/graph-api/reference/post */
const POST_FIELDS = 'id,updated_time,from,message,created_time,permalink_url';
/** https://developers.facebook.com/docs/graph-api/reference/comment */
const PAGE_FIELDS = 'id,from,message,created_time,parent{id},permalink_url';
/** https://developers.facebook.com/docs/instagram-platform/reference/instagram-media/comments */
const REPLY_FIELDS = 'id,from,text,timestamp,parent_id';

const time = z
  .string()
  .transform((text) => Date.parse(text))
  .refine((at) => !Number.isNaN(at));
/** Absent when Meta hides the person. */
const party = z
  .looseObject({ id: z.string().nullish(), name: z.string().nullish(), username: z.string().nullish() })
  .nullish();
const postShape = z.looseObject({
  id: z.string(),
  updated_time: time.nullish(),
  from: party,
  message: z.string().nullish(),
  created_time: time.nullish(),
  permalink_url: z.string().nullish(),
});
const mediaShape = z.looseObject({ id: z.string(), comments_count: z.number().nullish() });
const pageCommentShape = z.looseObject({
  id: z.string(),
  from: party,
  message: z.string().nullish(),
  created_time: time,
  parent: z.looseObject({ id: z.string() }).nullish(),
  permalink_url: z.string().nullish(),
});
const instagramCommentShape = z.looseObject({
  id: z.string(),
  from: party,
  text: z.string().nullish(),
  timestamp: time,
  parent_id: z.string().nullish(),
  replies: pagedShape.nullish(),
});

/**
 * Reads comments under the newest posts. A page's post has an update time, Instagram's only a comment count. The
 * events are the webhook's (law 1).
 */
export function commentsReader(
  channel: MetaChannel,
  config: Config,
  { now }: Pick<ListenerDeps, 'now'>,
): (from: EpochMs, signal: AbortSignal) => Promise<Found> {
  let counts = new Map<string, number>();
  let lastFrom = Number.POSITIVE_INFINITY;
  return tolerateFailures(async (from, signal: AbortSignal) => {
    const found = new Sighted(from);
    // A retry or a sweep reads everything again.
    const known = from > lastFrom ? counts : new Map<string, number>();
    try {
      if (channel.platform === 'messenger') await readPage(channel, found, signal);
      else counts = await readInstagram(channel, known, found, signal);
    } catch (error) {
      if (!(error instanceof ProviderTrouble) || (error.status !== 400 && error.status !== 403)) throw error;
      return { events: [], gaps: [refused(error.said)] };
    }
    lastFrom = from;
    // Newest first.
    const events = found.said.reverse().map((said) => eventOfComment(said, channel, config.privacy, now()));
    return { events, gaps: [...(found.odd > 0 ? [ODD] : []), ...(found.isCut ? [CUT] : [])] };
  }, failing);
}

class Sighted {
  readonly from: EpochMs;
  readonly said: SaidComment[] = [];
  odd = 0;
  isCut = false;

  constructor(from: EpochMs) {
    this.from = from;
  }

  add(comment: SaidComment): void {
    if (comment.at !== null && comment.at >= this.from) this.said.push(comment);
  }
}

async function readPage(channel: MetaChannel, found: Sighted, signal: AbortSignal): Promise<void> {
  const feed = `${channel.accountId}/feed?fields=${POST_FIELDS}&limit=${NEWEST}`;
  for (const raw of await firstPage(channel, feed, signal)) {
    const { data: post } = postShape.safeParse(raw);
    if (!post) found.odd += 1;
    if (!post || (post.updated_time ?? Number.POSITIVE_INFINITY) < found.from) continue;
    addPost(post, channel, found);
    const path = `${post.id}/comments?filter=stream&order=reverse_chronological&fields=${PAGE_FIELDS}&limit=100`;
    for await (const page of pagesOf(channel, path, signal)) {
      let isOlder = false;
      for (const each of page) {
        const { data } = pageCommentShape.safeParse(each);
        if (!data) {
          found.odd += 1;
          continue;
        }
        isOlder ||= data.created_time < found.from;
        const { id, from, message: text = null, created_time: at, permalink_url: link = null } = data;
        const author = { from: from?.id ?? null, name: from?.name ?? null };
        found.add({ id, top: data.parent?.id ?? id, ...author, text, at, link, post: post.id });
      }
      if (isOlder) break;
    }
  }
}

function addPost(
  {
    id,
    from,
    message: text = null,
    created_time: at = null,
    permalink_url: link = null,
  }: z.output<typeof postShape>,
  channel: MetaChannel,
  found: Sighted,
): void {
  if (from?.id && isOfVisitor(from.id, channel))
    found.add({ id, top: id, from: from.id, name: from.name ?? null, text, at, link });
}

/** @returns comment counts by post. */
async function readInstagram(
  channel: MetaChannel,
  known: ReadonlyMap<string, number>,
  found: Sighted,
  signal: AbortSignal,
): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  const media = `${channel.accountId}/media?fields=id,comments_count&limit=${NEWEST}`;
  for (const raw of await firstPage(channel, media, signal)) {
    const { data: post } = mediaShape.safeParse(raw);
    if (!post) {
      found.odd += 1;
      continue;
    }
    const count = post.comments_count;
    if (count !== undefined && count !== null) counts.set(post.id, count);
    if (count === (known.get(post.id) ?? 0)) continue;
    const path = `${post.id}/comments?fields=${REPLY_FIELDS},replies.limit(50){${REPLY_FIELDS}}&limit=50`;
    let pages = 0;
    for await (const page of pagesOf(channel, path, signal)) {
      pages += 1;
      if (pages > MOST_PAGES) {
        found.isCut = true;
        break;
      }
      for (const each of page) await addChain(each, channel, found, signal);
    }
  }
  return counts;
}

/** An old comment may have a new answer. */
async function addChain(
  raw: unknown,
  channel: MetaChannel,
  found: Sighted,
  signal: AbortSignal,
): Promise<void> {
  const top = addInstagram(raw, null, found);
  if (!top?.replies) return;
  for (const each of top.replies.data) addInstagram(each, top.id, found);
  const path = `${top.id}/replies?fields=${REPLY_FIELDS}&limit=50`;
  for await (const page of pagesOf(channel, path, signal, nextOf(top.replies)))
    for (const each of page) addInstagram(each, top.id, found);
}

function addInstagram(
  raw: unknown,
  under: string | null,
  found: Sighted,
): z.output<typeof instagramCommentShape> | null {
  const { data } = instagramCommentShape.safeParse(raw);
  if (!data) {
    found.odd += 1;
    return null;
  }
  const { id, from, text = null, timestamp: at, parent_id: parent } = data;
  const author = { from: from?.id ?? null, name: from?.username ?? null };
  found.add({ id, top: parent ?? under ?? id, ...author, text, at });
  return data;
}

async function firstPage(
  channel: MetaChannel,
  path: string,
  signal: AbortSignal,
): Promise<readonly unknown[]> {
  for await (const page of pagesOf(channel, path, signal)) return page;
  return [];
}

const failing = (why: LocalizedText): LocalizedText => ({
  ru: `комментарии из списка Meta пока не прочитать, они видны только по вебхуку: ${why.ru}`,
  en: `comments of the list of Meta cannot be read for now, they are seen by webhook only: ${why.en}`,
});
const refused = (why: LocalizedText): LocalizedText => ({
  ru: `Meta не даёт перечислить комментарии, они видны только по вебхуку (${why.ru}): дайте токену pages_read_user_content (страница) или instagram_manage_comments`,
  en: `Meta does not let comments be listed, they are seen by webhook only (${why.en}): give the token pages_read_user_content (a page) or instagram_manage_comments`,
});
const ODD: LocalizedText = {
  ru: 'часть комментариев в списке Meta прочитать не удалось: они видны только по вебхуку',
  en: 'some comments of the list of Meta could not be read: they are seen by webhook only',
};
const CUT: LocalizedText = {
  ru: `под одной из записей больше ${MOST_PAGES * 50} комментариев: ответы в старых ветках видны только по вебхуку`,
  en: `a post has more than ${MOST_PAGES * 50} comments: answers in the oldest chains are seen by webhook only`,
};
