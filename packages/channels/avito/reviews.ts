import { type EpochMs, type Event, type Privacy, SECOND, subjectOf } from '@otklik/domain';
import { z } from 'zod';
import type { LocalizedText } from '../channel.ts';
import { ProviderTrouble } from '../provider/callProvider.ts';
import { messageEvent } from '../provider/messageEvent.ts';
import { callAvito } from './api.ts';
import type { AvitoChannel } from './config.ts';
import type { Span } from './secondaryFeed.ts';

const number = z.union([z.number(), z.string()]).transform(String);
const listShape = z.object({ reviews: z.array(z.unknown()) });
const reviewShape = z.looseObject({
  id: number,
  createdAt: z.number().positive(),
  text: z.string().nullish(),
  item: z.looseObject({ title: z.string().nullish() }).nullish().catch(null),
  sender: z.looseObject({ name: z.string().optional() }).nullish().catch(null),
  answer: z
    .looseObject({
      id: number,
      createdAt: z.number().positive(),
      status: z.string().optional(),
      text: z.string().nullish(),
    })
    .nullish(),
});
type Review = z.output<typeof reviewShape>;

const PAGE = 50;
/** Answers to older reviews are not seen. */
const MOST_PAGES = 4;
const LINK = 'https://www.avito.ru/profile/reviews';

export interface ReviewsDeps {
  readonly privacy: Privacy;
  now(): EpochMs;
  odd(body: unknown, reason: string): Promise<void>;
}

/**
 * Reads the reviews of the span as comments, with our answers.
 * https://developers.avito.ru/api-catalog/ratings/documentation
 */
export async function reviewsIn(
  channel: AvitoChannel,
  { from }: Span,
  { privacy, now, odd }: ReviewsDeps,
  signal: AbortSignal,
): Promise<Event[]> {
  const events: Event[] = [];
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const path = `/ratings/v1/reviews?offset=${page * PAGE}&limit=${PAGE}`;
    const { data } = listShape.safeParse(await callAvito(channel, path, null, signal));
    if (!data) throw new ProviderTrouble(NO_REVIEWS);
    for (const each of data.reviews) {
      const { data: review } = reviewShape.safeParse(each);
      if (review) events.push(...eventsOfReview(review, channel, from, privacy, now()));
      else await odd(each, 'a review of Avito that we do not understand');
    }
    if (data.reviews.length < PAGE) break;
  }
  return events;
}

/** A rejected answer is none. */
function eventsOfReview(
  { id, createdAt, text, item, sender, answer }: Review,
  channel: AvitoChannel,
  from: EpochMs,
  privacy: Privacy,
  receivedAt: EpochMs,
): Event[] {
  const name = `review/${id}`;
  const base = { kind: 'comment', thread: name, link: LINK, subject: subjectOf(item?.title) } as const;
  const events: Event[] = [];
  if (createdAt * SECOND >= from) {
    const author = { id: name, name: sender?.name ?? null };
    const said = {
      ...base,
      id: name,
      side: 'client',
      author,
      at: createdAt * SECOND,
      text: text ?? null,
      attached: false,
    } as const;
    events.push(messageEvent(said, channel, privacy, receivedAt));
  }
  if (!answer || answer.createdAt * SECOND < from) return events;
  const of = `${name}/answer-${answer.id}`;
  const at = answer.createdAt * SECOND;
  const author = { id: channel.userId };
  const given = {
    ...base,
    id: of,
    side: 'unknown',
    author,
    at,
    text: answer.text ?? null,
    attached: false,
  } as const;
  const event = messageEvent(given, channel, privacy, receivedAt);
  events.push(event);
  if (answer.status === 'rejected') {
    const { channel: place, thread, at: when, atSource, seq } = event;
    const nobody = { id: null, name: null, phone: null, email: null };
    const about = { channel: place, thread, at: when, atSource, receivedAt, seq, author: nobody };
    events.push({ ...about, kind: 'bounce', id: `${of}/rejected`, of, side: 'bot' });
  }
  return events;
}

const NO_REVIEWS: LocalizedText = {
  ru: 'Авито ответил на запрос отзывов не так, как описано в его документации',
  en: 'Avito answered the request for reviews in a way that its documentation does not have',
};
