import type { Config, Secret } from '@otklik/config';
import { type DurationMs, type EpochMs, type Event, SECOND } from '@otklik/domain';
import { pause } from '@otklik/timing';
import { z } from 'zod';
import type { LocalizedText } from '../channel.ts';
import { ProviderTrouble } from '../provider/callProvider.ts';
import { type Found, tolerateFailures } from '../provider/tolerateFailures.ts';
import { callVk, VkTrouble } from './api.ts';
import type { VkChannel } from './config.ts';
import { eventsOfUpdate } from './normalise.ts';

/** Three calls a second per user token. https://dev.vk.com/api/api-requests */
const BETWEEN_CALLS_MS: DurationMs = 350;

/** How many of the newest posts, topics, videos and goods are read. */
const NEWEST = 50;
const PAGE = 100;
/** Pages per post; deeper chains are seen by events only. */
const MOST_PAGES = 5;
/** Goods have no comment count, so a few are read in turn. */
const GOODS_A_LOOK = 10;
/** VK's error codes for an item whose comments are closed. */
const CLOSED = new Set([212, 801, 1401]);

const listShape = z.looseObject({ items: z.array(z.looseObject({ id: z.number().int() })) });
type Item = z.output<typeof listShape>['items'][number];
const commentShape = z.looseObject({
  date: z.number(),
  deleted: z.boolean().optional(),
  thread: z.looseObject({ count: z.number(), items: z.array(z.unknown()).optional() }).optional(),
});
const countShape = z.union([
  z.number(),
  z.looseObject({ count: z.number() }).transform(({ count }) => count),
]);

type Section = VkChannel['commentsOf'][number];

/** Comment counts by post, and when each product was read. Per process. */
interface Book {
  readonly counts: Map<string, number>;
  readonly readFrom: Map<number, EpochMs>;
}
const emptyBook = (): Book => ({ counts: new Map(), readFrom: new Map() });

/**
 * VK lists comments only for a person's token. Posts and videos have comment counts, topics a last update, so only
 * changes are read. Same events as the Callback API (law 1). A failing section hides no other.
 */
export function commentsReader(
  channel: VkChannel,
  config: Config,
  deps: { now(): EpochMs; betweenCallsMs?: DurationMs },
): (token: Secret, from: EpochMs, signal: AbortSignal) => Promise<Found> {
  const sections = channel.commentsOf.map((section) => ({
    section,
    read: tolerateFailures(sectionReader(section, channel, config, deps), (why) => failing(section, why)),
  }));
  // A failed look kept nothing, so the next starts where it did.
  let owed = Number.POSITIVE_INFINITY;
  return async (token, from, signal) => {
    owed = Math.min(owed, from);
    const events: Event[] = [];
    const gaps = new Set<LocalizedText>();
    const refused: string[] = [];
    for (const { section, read } of sections) {
      try {
        const found = await read(owed, token, signal);
        events.push(...found.events);
        for (const gap of found.gaps) gaps.add(gap);
      } catch (error) {
        if (!(error instanceof VkTrouble) || !error.isFinal) throw error;
        refused.push(`${section} (${error.code})`);
      }
    }
    owed = Number.POSITIVE_INFINITY;
    if (refused.length > 0) gaps.add(refusedOf(refused.join(', ')));
    return { events, gaps: [...gaps] };
  };
}

function sectionReader(
  section: Section,
  channel: VkChannel,
  config: Config,
  { now, betweenCallsMs = BETWEEN_CALLS_MS }: { now(): EpochMs; betweenCallsMs?: DurationMs },
): (from: EpochMs, token: Secret, signal: AbortSignal) => Promise<Found> {
  let book = emptyBook();
  let lastFrom = Number.POSITIVE_INFINITY;
  return async (from, token, signal) => {
    // A retry or a sweep reads everything again.
    const known = from > lastFrom ? book : emptyBook();
    const copied = { counts: new Map(known.counts), readFrom: new Map(known.readFrom) };
    const look = new Look({ channel, config, token, from, now: now(), betweenCallsMs, signal }, copied);
    await look[section]();
    [book, lastFrom] = [copied, from];
    return { events: look.events, gaps: [...(look.isCut ? [CUT] : []), ...(look.odd > 0 ? [ODD] : [])] };
  };
}

/** The sections that this token may not list, with VK's error code. */
export async function sectionsRefused(
  channel: VkChannel,
  token: Secret,
  signal: AbortSignal,
  betweenCallsMs: DurationMs = BETWEEN_CALLS_MS,
): Promise<LocalizedText[]> {
  const refused: string[] = [];
  for (const section of channel.commentsOf) {
    const { method, params } = LISTS[section](channel);
    try {
      await callVk(channel, method, { ...params, count: 1 }, signal, token);
    } catch (error) {
      if (!(error instanceof VkTrouble) || !error.isFinal) throw error;
      refused.push(`${section} (${error.code})`);
    }
    await pause(betweenCallsMs, signal);
  }
  return refused.length === 0 ? [] : [refusedOf(refused.join(', '))];
}

/** The list method per section; for photos it lists the comments themselves. https://dev.vk.com/method */
const LISTS: Readonly<
  Record<
    Section,
    (channel: VkChannel) => { readonly method: string; readonly params: Record<string, string | number> }
  >
> = {
  posts: (channel) => ({
    method: 'wall.get',
    params: { owner_id: ownerOf(channel), filter: 'all', count: NEWEST },
  }),
  boards: (channel) => ({
    method: 'board.getTopics',
    params: { group_id: channel.groupId, order: 1, count: NEWEST },
  }),
  photos: (channel) => ({ method: 'photos.getAllComments', params: { owner_id: ownerOf(channel) } }),
  videos: (channel) => ({ method: 'video.get', params: { owner_id: ownerOf(channel), count: NEWEST } }),
  goods: (channel) => ({ method: 'market.get', params: { owner_id: ownerOf(channel), count: NEWEST } }),
};

const ownerOf = ({ groupId }: VkChannel): number => -Number(groupId);

interface Asked {
  readonly channel: VkChannel;
  readonly config: Config;
  readonly token: Secret;
  readonly from: EpochMs;
  readonly now: EpochMs;
  readonly betweenCallsMs: DurationMs;
  readonly signal: AbortSignal;
}

class Look implements Record<Section, () => Promise<void>> {
  readonly events: Event[] = [];
  /** How many items were unreadable. */
  odd = 0;
  /** Some post has more comments than are read. */
  isCut = false;
  readonly #asked: Asked;
  readonly #book: Book;

  constructor(asked: Asked, book: Book) {
    this.#asked = asked;
    this.#book = book;
  }

  posts(): Promise<void> {
    return this.#counted('posts', 'wall_reply_new', 'post_id', 'wall.getComments');
  }

  videos(): Promise<void> {
    return this.#counted('videos', 'video_comment_new', 'video_id', 'video.getComments');
  }

  async boards(): Promise<void> {
    for (const { id, updated } of await this.#list('boards')) {
      if (typeof updated === 'number' && updated * SECOND < this.#asked.from) continue;
      const params = { group_id: this.#asked.channel.groupId, topic_id: id, sort: 'desc' };
      await this.#newest('board.getComments', params, this.#asked.from, (each) =>
        this.#add('board_post_new', { ...each, topic_id: id }),
      );
    }
  }

  photos(): Promise<void> {
    const { method, params } = LISTS.photos(this.#asked.channel);
    return this.#newest(method, params, this.#asked.from, (each) =>
      this.#add('photo_comment_new', { ...each, photo_id: each.photo_id ?? each.pid }),
    );
  }

  async goods(): Promise<void> {
    const { readFrom } = this.#book;
    const { from, channel } = this.#asked;
    const lastRead = (id: number): EpochMs => readFrom.get(id) ?? Number.NEGATIVE_INFINITY;
    const goods = (await this.#list('goods')).sort((a, b) => lastRead(a.id) - lastRead(b.id));
    const unread = goods.filter(({ id }) => !readFrom.has(id)).length;
    for (const { id } of goods.slice(0, Math.max(unread, GOODS_A_LOOK))) {
      const params = { owner_id: ownerOf(channel), item_id: id, sort: 'desc' };
      const since = Math.min(from, readFrom.get(id) ?? from);
      await this.#unlessClosed(() =>
        this.#newest('market.getComments', params, since, (each) =>
          this.#add('market_comment_new', { ...each, item_id: id }),
        ),
      );
      readFrom.set(id, from);
    }
  }

  /** Chains can grow under old comments. */
  async #counted(section: Section, type: string, field: string, method: string): Promise<void> {
    for (const item of await this.#list(section)) {
      const key = `${section}/${item.id}`;
      const count = countShape.safeParse(item.comments).data;
      if (count === undefined || count === (this.#book.counts.get(key) ?? 0)) continue;
      const params = { owner_id: ownerOf(this.#asked.channel), [field]: item.id };
      await this.#unlessClosed(() => this.#chains(type, field, item.id, method, params));
      this.#book.counts.set(key, count);
    }
  }

  async #chains(
    type: string,
    field: string,
    id: number,
    method: string,
    params: Record<string, string | number>,
  ): Promise<void> {
    const add = (each: object): void => this.#add(type, { ...each, [field]: id });
    for (let page = 0; ; page += 1) {
      const items = await this.#ask(method, {
        ...params,
        sort: 'desc',
        thread_items_count: 10,
        count: PAGE,
        offset: page * PAGE,
      });
      for (const item of items) {
        const read = commentShape.safeParse(item).data;
        if (!read) {
          this.odd += 1;
          continue;
        }
        if (read.date * SECOND >= this.#asked.from) add(item);
        const { count, items: first = [] } = read.thread ?? { count: 0 };
        if (count > first.length)
          await this.#newest(method, { ...params, comment_id: item.id, sort: 'desc' }, this.#asked.from, add);
        else
          for (const nested of first)
            if (isSince(nested, this.#asked.from)) add(z.looseObject({}).parse(nested));
      }
      if (items.length < PAGE) return;
      if (page + 1 === MOST_PAGES) {
        this.isCut = true;
        return;
      }
    }
  }

  /** Pages of a newest-first list until too old. */
  async #newest(
    method: string,
    params: Record<string, string | number>,
    since: EpochMs,
    add: (each: Item) => void,
  ): Promise<void> {
    for (let offset = 0; ; offset += PAGE) {
      const items = await this.#ask(method, { ...params, count: PAGE, offset });
      const recent = items.filter((each) => isSince(each, since));
      for (const each of recent) add(each);
      if (recent.length < items.length || items.length < PAGE) return;
    }
  }

  #add(type: string, comment: object): void {
    if (commentShape.safeParse(comment).data?.deleted) return;
    const { events } = eventsOfUpdate(
      type,
      comment,
      this.#asked.channel,
      this.#asked.config.privacy,
      this.#asked.now,
    );
    if (events.length === 0) this.odd += 1;
    this.events.push(...events);
  }

  #list(section: Section): Promise<Item[]> {
    const { method, params } = LISTS[section](this.#asked.channel);
    return this.#ask(method, params);
  }

  async #ask(method: string, params: Record<string, string | number>): Promise<Item[]> {
    const answered = await callVk(this.#asked.channel, method, params, this.#asked.signal, this.#asked.token);
    await pause(this.#asked.betweenCallsMs, this.#asked.signal);
    const { data } = listShape.safeParse(answered);
    if (!data) throw new ProviderTrouble(NO_LIST);
    return data.items;
  }

  async #unlessClosed(read: () => Promise<void>): Promise<void> {
    try {
      await read();
    } catch (error) {
      if (!(error instanceof VkTrouble) || !CLOSED.has(error.code)) throw error;
    }
  }
}

const isSince = (comment: unknown, since: EpochMs): boolean =>
  (commentShape.safeParse(comment).data?.date ?? 0) * SECOND >= since;

const failing = (section: Section, why: LocalizedText): LocalizedText => ({
  ru: `комментарии (${section}) из списка VK пока не прочитать, они видны только по событиям: ${why.ru}`,
  en: `comments (${section}) of VK’s list cannot be read for now, they are seen by events only: ${why.en}`,
});
const refusedOf = (sections: string): LocalizedText => ({
  ru: `VK не даёт user_token прочитать комментарии: ${sections}. Проверьте права ключа; чего в сообществе нет, того не называйте в comments_of`,
  en: `VK does not let user_token list comments: ${sections}. Check the token’s rights; leave out of comments_of what the community does not have`,
});
const CUT: LocalizedText = {
  ru: `под одной из записей больше ${MOST_PAGES * PAGE} веток: ответы в старых ветках видны только по событиям`,
  en: `a post has more than ${MOST_PAGES * PAGE} chains: answers in the oldest are seen by events only`,
};
const ODD: LocalizedText = {
  ru: 'часть комментариев из списка VK прочитать не удалось: они видны только по событиям',
  en: 'some comments of VK’s list could not be read: they are seen by events only',
};
const NO_LIST: LocalizedText = {
  ru: 'VK ответил на запрос комментариев не так, как описано в его документации',
  en: 'VK answered the request for comments in a way that its documentation does not have',
};
