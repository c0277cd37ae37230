import type { Config } from '@otklik/config';
import type { EpochMs, Event } from '@otklik/domain';
import { z } from 'zod';
import type { ListenerDeps, LocalizedText } from '../channel.ts';
import { ProviderTrouble } from '../provider/callProvider.ts';
import { callMax } from './api.ts';
import type { MaxChannel } from './config.ts';
import { eventOfComment, eventOfMessage } from './normalise.ts';

const PAGE = 100;
/** MAX does not say which posts have comments. */
const NEWEST_POSTS = 30;

const messagesShape = z.looseObject({ messages: z.array(z.unknown()) });
const placedShape = z.looseObject({
  timestamp: z.number(),
  recipient: z.looseObject({ chat_type: z.string().optional() }),
  body: z.looseObject({ mid: z.string() }).nullish(),
});

/**
 * Reads what was said since `from` in the configured `chats`. MAX lists no chats (since June 2026): an unnamed
 * dialogue shows only by its events. https://dev.max.ru/docs-api/use-cases/getting-chat-id
 */
export async function readChats(
  channel: MaxChannel,
  { privacy }: Config,
  { now }: Pick<ListenerDeps, 'now'>,
  from: EpochMs,
  signal: AbortSignal,
): Promise<{ readonly events: Event[]; readonly gaps: LocalizedText[] }> {
  const events: Event[] = [];
  const refused: string[] = [];
  for (const chat of channel.chats) {
    try {
      const place = `/messages?chat_id=${encodeURIComponent(chat)}`;
      const newest = await ask(channel, `${place}&count=${PAGE}`, signal);
      const posts = newest.flatMap((each) => {
        const { data } = placedShape.safeParse(each);
        return data?.recipient.chat_type === 'channel' && data.body ? [data.body.mid] : [];
      });
      if (posts.length === 0) {
        const said = await since(from, newest, (before) =>
          ask(channel, `${place}&count=${PAGE}&before=${before}`, signal),
        );
        events.push(...said.flatMap((each) => eventOfMessage(each, channel, privacy, now()) ?? []));
      }
      for (const post of posts.slice(0, NEWEST_POSTS)) {
        const under = `/messages/${encodeURIComponent(post)}/comments?count=${PAGE}&after=${from - 1}`;
        const said = await since(from, await ask(channel, under, signal), (before) =>
          ask(channel, `${under}&before=${before}`, signal),
        );
        events.push(...said.flatMap((each) => eventOfComment(each, post, channel, privacy, now()) ?? []));
      }
    } catch (error) {
      if (!(error instanceof ProviderTrouble) || (error.status !== 403 && error.status !== 404)) throw error;
      refused.push(chat);
    }
  }
  return { events, gaps: refused.length === 0 ? [] : [unread(refused.join(', '))] };
}

/** Oldest first. `before` may exclude its own millisecond, so that is asked again. */
async function since(
  from: EpochMs,
  newest: readonly unknown[],
  older: (before: EpochMs) => Promise<readonly unknown[]>,
): Promise<unknown[]> {
  const found = new Map<string, unknown>();
  for (let page = newest; ; ) {
    const times = page.flatMap((each) => placedShape.safeParse(each).data?.timestamp ?? []);
    const known = found.size;
    for (const each of page)
      if ((placedShape.safeParse(each).data?.timestamp ?? 0) >= from) found.set(JSON.stringify(each), each);
    const oldest = Math.min(...times);
    if (page.length < PAGE || oldest < from || found.size === known) return [...found.values()].reverse();
    page = await older(oldest + 1);
  }
}

async function ask(channel: MaxChannel, path: string, signal: AbortSignal): Promise<readonly unknown[]> {
  const { data } = messagesShape.safeParse(await callMax(channel, path, null, signal));
  if (!data) throw new ProviderTrouble(NO_LIST);
  return data.messages;
}

const unread = (chats: string): LocalizedText => ({
  ru: `MAX не даёт боту прочитать ${chats}: сделайте его администратором с правом читать все сообщения`,
  en: `MAX does not let the bot read ${chats}: make it an administrator with the right to read all messages`,
});
const NO_LIST: LocalizedText = {
  ru: 'MAX ответил на запрос сообщений не так, как описано в его документации',
  en: 'MAX answered the request for messages in a way that its documentation does not have',
};
