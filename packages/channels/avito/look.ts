import type { AvitoChannel, Config } from '@otklik/config';
import type { Event } from '@otklik/domain';
import { z } from 'zod';
import type { ListenerWorld, Said } from '../channel.ts';
import { ProviderTrouble } from '../provider/callProvider.ts';
import type { Look } from '../provider/reconcile.ts';
import { callAvito } from './api.ts';
import { callsIn, reviewsIn } from './callsAndReviews.ts';
import { type AvitoChat, eventsOfMessage, messageShape } from './normalise.ts';

const PAGE = 100;
/** Avito gives no chats beyond this place. */
const MOST_OFFSET = 1_000;

const number = z.union([z.number(), z.string()]).transform(String);
const chatsShape = z.object({
  chats: z.array(
    z.looseObject({
      id: z.string().min(1),
      updated: z.number(),
      users: z.array(z.looseObject({ id: number, name: z.string().optional() })).optional(),
    }),
  ),
});
const messagesShape = z.union([
  z.array(z.unknown()),
  z.object({ messages: z.array(z.unknown()) }).transform(({ messages }) => messages),
]);

/** One look: the subscription, the chats that changed, and, where wanted, calls and reviews. */
export function lookAtAvito(
  channel: AvitoChannel,
  config: Config,
  { now }: Pick<ListenerWorld, 'now'>,
): Look {
  return async (span, signal) => {
    const gaps = await subscribe(channel, config, signal);
    const events: Event[] = [];
    for (const chat of await changedChats(channel, span.from, signal))
      events.push(...(await messagesSince(channel, chat, span.from, config, now(), signal)));
    const more = [
      ...(channel.calls ? [() => callsIn(channel, span, now(), signal)] : []),
      ...(channel.reviews ? [() => reviewsIn(channel, span, config.privacy, now(), signal)] : []),
    ];
    for (const each of more) {
      const found = await each().catch((error: unknown) => refusedFor(error));
      events.push(...found.events);
      gaps.push(...found.gaps);
    }
    return { events, gaps };
  };
}

/** A tariff may give chats and no calls or reviews: that is a gap, and the chats go on. */
function refusedFor(error: unknown): { events: Event[]; gaps: Said[] } {
  if (!(error instanceof ProviderTrouble) || ![402, 403, 404].includes(error.status ?? 0)) throw error;
  return {
    events: [],
    gaps: [
      {
        ru: 'Авито не даёт читать звонки или отзывы по этому тарифу: отключите calls или reviews, если они не нужны',
        en: 'Avito does not give calls or reviews on this tariff: set calls or reviews to false if they are not needed',
      },
    ],
  };
}

const subscriptionsShape = z.object({ subscriptions: z.array(z.looseObject({ url: z.string() })) });

/** Avito drops subscriptions in silence. Others' are left alone. */
async function subscribe(channel: AvitoChannel, { publicUrl }: Config, signal: AbortSignal): Promise<Said[]> {
  if (publicUrl === null)
    return [
      {
        ru: 'не задан public_url: сообщения видны только из опроса, раз в минуту',
        en: 'public_url is not set: messages are seen by polling only, once a minute',
      },
    ];
  const url = `${publicUrl.replace(/\/+$/, '')}/hooks/${channel.id}?key=${channel.key.reveal()}`;
  const { data } = subscriptionsShape.safeParse(
    await callAvito(channel, '/messenger/v1/subscriptions', {}, signal),
  );
  if (data?.subscriptions.some((each) => each.url === url)) return [];
  await callAvito(channel, '/messenger/v3/webhook', { url }, signal);
  return [];
}

async function changedChats(channel: AvitoChannel, from: number, signal: AbortSignal): Promise<AvitoChat[]> {
  const chats: AvitoChat[] = [];
  for (let offset = 0; offset <= MOST_OFFSET; offset += PAGE) {
    // What an employee has read is no longer unread, and still unanswered.
    const query = `unread_only=false&chat_types=u2i,u2u&limit=${PAGE}&offset=${offset}`;
    const path = `/messenger/v2/accounts/${channel.userId}/chats?${query}`;
    const { data } = chatsShape.safeParse(await callAvito(channel, path, null, signal));
    if (!data) throw new ProviderTrouble(NO_LIST);
    const changed = data.chats.filter(({ updated }) => updated * 1_000 >= from);
    chats.push(
      ...changed.map(({ id, users = [] }) => ({
        id,
        name: users.find((user) => user.id !== channel.userId)?.name ?? null,
      })),
    );
    if (changed.length < data.chats.length || data.chats.length < PAGE) break;
  }
  return chats;
}

/** Newest first, page by page until one lies before the span. Does not mark anything as read. */
async function messagesSince(
  channel: AvitoChannel,
  chat: AvitoChat,
  from: number,
  { privacy }: Config,
  receivedAt: number,
  signal: AbortSignal,
): Promise<Event[]> {
  const events: Event[] = [];
  for (let offset = 0; ; offset += PAGE) {
    const path = `/messenger/v3/accounts/${channel.userId}/chats/${encodeURIComponent(chat.id)}/messages/?limit=${PAGE}&offset=${offset}`;
    const { data } = messagesShape.safeParse(await callAvito(channel, path, null, signal));
    if (!data) throw new ProviderTrouble(NO_LIST);
    const messages = data.flatMap((each) => messageShape.safeParse(each).data ?? []);
    const recent = messages.filter(({ created }) => created * 1_000 >= from);
    events.push(...recent.flatMap((each) => eventsOfMessage(each, chat, channel, privacy, receivedAt)));
    if (recent.length < messages.length || data.length < PAGE) return events;
  }
}

const NO_LIST: Said = {
  ru: 'Авито ответил на запрос чатов не так, как описано в его документации',
  en: 'Avito answered the request for chats in a way that its documentation does not have',
};
