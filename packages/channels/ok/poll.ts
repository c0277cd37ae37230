import type { Config } from '@otklik/config';
import { type EpochMs, type Event, MINUTE } from '@otklik/domain';
import { z } from 'zod';
import type { ListenerDeps, LocalizedText } from '../channel.ts';
import { ProviderTrouble } from '../provider/callProvider.ts';
import type { Poll } from '../provider/reconcile.ts';
import { callOk } from './api.ts';
import type { OkChannel } from './config.ts';
import { eventOfMessage, messageShape } from './normalise.ts';
import { subscribe } from './subscription.ts';

const PAGE = 100;
const chatsShape = z.looseObject({
  chats: z.array(z.looseObject({ chat_id: z.string(), lastEventTime: z.number() })),
  marker: z.string().nullish(),
});
const messagesShape = z.looseObject({ messages: z.array(z.unknown()) });

/**
 * The subscription, dropped after eight hours of failures, then changed chats. Webhooks do not report the group's
 * answers.
 */
export function pollOk(channel: OkChannel, config: Config, { now }: Pick<ListenerDeps, 'now'>): Poll {
  return async ({ from, to }, signal) => {
    const gaps = await subscribe(channel, config, signal);
    const events: Event[] = [];
    for (const chat of await changedChats(channel, from, signal))
      for (const each of await messagesOf(channel, chat, from, to, signal)) {
        const message = messageShape.safeParse(each).data;
        if (message) events.push(eventOfMessage(message, channel, config.privacy, now()));
      }
    return { events, gaps: [...gaps, COMMENTS_UNSEEN] };
  };
}

/** Oldest first. `from` is the later end. */
async function messagesOf(
  channel: OkChannel,
  chat_id: string,
  since: EpochMs,
  to: EpochMs,
  signal: AbortSignal,
): Promise<Iterable<unknown>> {
  const found = new Map<string, unknown>();
  for (let later = to + MINUTE; ; ) {
    const query = { chat_id, from: String(later), to: String(since), count: String(PAGE) };
    const { data } = messagesShape.safeParse(await callOk(channel, 'me/messages', query, null, signal));
    if (!data) throw new ProviderTrouble(NO_LIST);
    const known = found.size;
    for (const each of data.messages) found.set(JSON.stringify(each), each);
    if (data.messages.length < PAGE || found.size === known) return [...found.values()].reverse();
    // Asks again for the oldest millisecond.
    const times = data.messages.flatMap((each) => messageShape.safeParse(each).data?.timestamp ?? []);
    later = Math.min(later, ...times);
  }
}

async function changedChats(channel: OkChannel, from: number, signal: AbortSignal): Promise<string[]> {
  const chats: string[] = [];
  for (let marker: string | null | undefined = ''; marker !== null && marker !== undefined; ) {
    const query = { count: String(PAGE), ...(marker !== '' && { marker }) };
    const { data } = chatsShape.safeParse(await callOk(channel, 'me/chats', query, null, signal));
    if (!data) throw new ProviderTrouble(NO_LIST);
    const changed = data.chats.filter(({ lastEventTime }) => lastEventTime >= from);
    chats.push(...changed.map(({ chat_id }) => chat_id));
    marker = changed.length < data.chats.length ? null : data.marker;
  }
  return chats;
}

/** https://apiok.ru/en/dev/graph_api/methods/graph.user/graph.user.subscribe/post: no comments. */
const COMMENTS_UNSEEN: LocalizedText = {
  ru: 'комментарии под темами и фото группы не видны: Одноклассники сообщают только о сообщениях, и с ключом группы комментарии не перечислить. Смотрите их сами или закройте комментирование',
  en: 'comments under the group’s topics and photos are not seen: Odnoklassniki tells of messages only, and the group’s token lists none. Look at them yourself, or close commenting',
};
const NO_LIST: LocalizedText = {
  ru: 'Одноклассники ответили на запрос чатов не так, как описано в их документации',
  en: 'Odnoklassniki answered the request for chats in a way that its documentation does not have',
};
