import type { Config } from '@otklik/config';
import { DAY, type EpochMs, type Event, SECOND, type Subject, subjectOf } from '@otklik/domain';
import { z } from 'zod';
import type { LocalizedText } from '../channel.ts';
import { ProviderTrouble } from '../provider/callProvider.ts';
import { callAvito } from './api.ts';
import type { AvitoChannel } from './config.ts';
import { webLink, withPrice } from './items.ts';
import { type AvitoChat, eventsOfMessage, messageShape } from './normalise.ts';

const PAGE = 100;
/** Avito returns nothing beyond. */
const MOST_OFFSET = 1_000;

const number = z.union([z.number(), z.string()]).transform(String);
const chatShape = z.looseObject({
  id: z.string().min(1),
  updated: z.number(),
  users: z
    .array(z.looseObject({ id: number, name: z.string().nullish() }))
    .nullish()
    .catch(null),
  context: z
    .looseObject({
      value: z
        .looseObject({
          id: number.nullish(),
          title: z.string().nullish(),
          url: z.string().nullish(),
          price_string: z.string().nullish(),
        })
        .nullish(),
    })
    .nullish()
    .catch(null),
  last_message: z.looseObject({ id: z.string().nullish(), type: z.string().nullish() }).nullish().catch(null),
});
type Chat = z.output<typeof chatShape>;

const chatsShape = z.object({ chats: z.array(z.unknown()) });
const messagesShape = z.union([
  z.array(z.unknown()),
  z.object({ messages: z.array(z.unknown()) }).transform(({ messages }) => messages),
]);

/** An unchanged state means nothing new. */
export interface ChangedChat extends AvitoChat {
  readonly updatedAt: EpochMs;
  /** null: Avito tells too little. */
  readonly state: string | null;
  readonly item: string | null;
}

export type Odd = (body: unknown, reason: string) => Promise<void>;

/** Chats changed since then, and whether older ones are out of reach. */
export async function changedChats(
  channel: AvitoChannel,
  from: EpochMs,
  odd: Odd,
  signal: AbortSignal,
): Promise<{ readonly chats: readonly ChangedChat[]; readonly isCut: boolean }> {
  const chats: ChangedChat[] = [];
  for (let offset = 0; offset <= MOST_OFFSET; offset += PAGE) {
    // A chat may be read and still unanswered.
    const query = `unread_only=false&chat_types=u2i,u2u&limit=${PAGE}&offset=${offset}`;
    const path = `/messenger/v2/accounts/${channel.userId}/chats?${query}`;
    const { data } = chatsShape.safeParse(await callAvito(channel, path, null, signal));
    if (!data) throw new ProviderTrouble(NO_LIST);
    let isOver = data.chats.length < PAGE;
    for (const each of data.chats) {
      const { data: chat } = chatShape.safeParse(each);
      if (!chat) await odd(each, 'a chat of Avito that we do not understand');
      else if (chat.updated * SECOND >= from) chats.push(changedChat(chat, channel));
      else isOver = true;
    }
    if (isOver) return { chats, isCut: false };
  }
  return { chats, isCut: true };
}

function changedChat(
  { id, updated, users, context, last_message: last }: Chat,
  channel: AvitoChannel,
): ChangedChat {
  const others = (users ?? []).filter((user) => user.id !== channel.userId);
  const about = context?.value;
  return {
    id,
    // Avito hashes people's numbers: without ours, the client is unknown.
    name: others.length === 1 ? (others[0]?.name ?? null) : null,
    subject: aboutItem(about),
    item: about?.id ?? null,
    updatedAt: updated * SECOND,
    state: last?.id ? `${updated} ${last.id} ${last.type}` : null,
  };
}

const aboutItem = (item: NonNullable<Chat['context']>['value']): Subject | null =>
  item?.title ? subjectOf(withPrice(item.title, item.price_string), { link: webLink(item.url) }) : null;

/** Newest first, until before the span. Marks nothing as read. */
export async function messagesSince(
  channel: AvitoChannel,
  chat: AvitoChat,
  from: EpochMs,
  { privacy }: Config,
  receivedAt: EpochMs,
  odd: Odd,
  signal: AbortSignal,
): Promise<Event[]> {
  const events: Event[] = [];
  for (let offset = 0; offset <= MOST_OFFSET; offset += PAGE) {
    const path = `/messenger/v3/accounts/${channel.userId}/chats/${encodeURIComponent(chat.id)}/messages/?limit=${PAGE}&offset=${offset}`;
    const { data } = messagesShape.safeParse(await callAvito(channel, path, null, signal));
    if (!data) throw new ProviderTrouble(NO_LIST);
    let isOver = data.length < PAGE;
    for (const each of data) {
      const { data: message } = messageShape.safeParse(each);
      if (!message) await odd(each, 'a message of Avito that we do not understand');
      else if (message.created * SECOND >= from)
        events.push(...eventsOfMessage(message, chat, channel, privacy, receivedAt));
      else isOver = true;
    }
    if (isOver) break;
  }
  // Newest first.
  return events.reverse();
}

/** Chats already read in their current state. */
export class ReadChats {
  readonly #read = new Map<
    string,
    { readonly state: string; readonly from: EpochMs; readonly at: EpochMs }
  >();

  has({ id, state }: ChangedChat, from: EpochMs): boolean {
    const read = this.#read.get(id);
    return read !== undefined && read.state === state && read.from <= from;
  }

  /** Call it once their events are durable. */
  add(chats: readonly ChangedChat[], from: EpochMs, now: EpochMs): void {
    for (const { id, state, updatedAt } of chats)
      if (state !== null) this.#read.set(id, { state, from, at: updatedAt });
    for (const [id, { at }] of this.#read) if (at < now - LONGEST_REMEMBERED_MS) this.#read.delete(id);
  }
}

/** Longer than the daily sweep. */
const LONGEST_REMEMBERED_MS = 3 * DAY;

const NO_LIST: LocalizedText = {
  ru: 'Авито ответил на запрос чатов не так, как описано в его документации',
  en: 'Avito answered the request for chats in a way that its documentation does not have',
};
