import type { Config } from '@otklik/config';
import type { EpochMs } from '@otklik/domain';
import { z } from 'zod';
import type { ListenerDeps, LocalizedText } from '../channel.ts';
import { messageEvent } from '../provider/messageEvent.ts';
import type { Poll } from '../provider/reconcile.ts';
import { inboxOf } from './api.ts';
import { commentsReader } from './comments.ts';
import type { MetaChannel } from './config.ts';
import { judgeInstantReplies } from './instantReplies.ts';
import type { SaidEvent } from './normalise.ts';
import { pagesOf } from './pages.ts';
import { subscribe } from './subscription.ts';

const party = z.looseObject({ id: z.string() });
const conversationShape = z.looseObject({
  updated_time: z.string(),
  participants: z.looseObject({ data: z.array(party) }).nullish(),
  messages: z.looseObject({ data: z.array(z.unknown()) }).nullish(),
});
const messageShape = z.looseObject({
  id: z.string(),
  from: party,
  created_time: z.string(),
  message: z.string().nullish(),
});

const FIELDS = 'updated_time,participants,messages.limit(50){id,from,created_time,message}';

/** The subscription, which Meta silently drops after an hour of failures, then changed conversations and comments. */
export function pollMeta(
  channel: MetaChannel,
  config: Config,
  deps: Pick<ListenerDeps, 'now' | 'memory'>,
): Poll {
  const readComments = commentsReader(channel, config, deps);
  return async ({ from }, signal) => {
    const gaps = channel.platform === 'messenger' ? await subscribe(channel, signal) : [];
    const { said, odd } = await readConversations(channel, config, from, deps.now(), signal);
    const judged = await judgeInstantReplies(said, channel, deps.memory);
    const comments = await readComments(from, signal);
    return {
      events: [...judged.events, ...comments.events],
      gaps: [...gaps, ...(odd === 0 ? [] : [ODD]), ...comments.gaps],
      kept: judged.remember,
    };
  };
}

/** Reads what was said since `from`, oldest first per conversation. */
export async function readConversations(
  channel: MetaChannel,
  { privacy }: Config,
  from: EpochMs,
  now: EpochMs,
  signal: AbortSignal,
): Promise<{ readonly said: readonly SaidEvent[]; readonly odd: number }> {
  const path = `${inboxOf(channel)}/conversations?platform=${channel.platform}&fields=${FIELDS}&limit=50`;
  const said: SaidEvent[] = [];
  let odd = 0;
  for await (const page of pagesOf(channel, path, signal)) {
    let isOlder = false;
    for (const raw of page) {
      const read = eventsOf(raw, channel, privacy, from, now);
      isOlder ||= read === 'older';
      if (read === 'odd') odd += 1;
      if (typeof read === 'string') continue;
      said.push(...read.said);
      odd += read.odd;
    }
    if (isOlder) break;
  }
  return { said, odd };
}

/** An unreadable conversation hides no other. */
function eventsOf(
  raw: unknown,
  channel: MetaChannel,
  privacy: Config['privacy'],
  from: number,
  now: number,
): { readonly said: SaidEvent[]; readonly odd: number } | 'older' | 'odd' {
  const { data: conversation } = conversationShape.safeParse(raw);
  const updated = Date.parse(conversation?.updated_time ?? '');
  if (conversation === undefined || Number.isNaN(updated)) return 'odd';
  if (updated < from) return 'older';
  const client = conversation.participants?.data.find(({ id }) => id !== channel.accountId)?.id;
  if (client === undefined) return 'odd';
  const all: SaidEvent[] = [];
  let odd = 0;
  for (const each of conversation.messages?.data ?? []) {
    const { data: said } = messageShape.safeParse(each);
    const at = Date.parse(said?.created_time ?? '');
    if (said === undefined || Number.isNaN(at)) {
      odd += 1;
      continue;
    }
    const isOurs = said.from.id === channel.accountId;
    // With bots, only the webhook tells them from people.
    if (at < from || (isOurs && channel.botApps.length > 0)) continue;
    const side = isOurs ? 'unknown' : 'client';
    const spoken = { id: said.id, thread: client, side, author: { id: said.from.id }, at } as const;
    const words = said.message || null;
    all.push({
      event: messageEvent({ ...spoken, text: words, attached: true }, channel, privacy, now),
      words,
    });
  }
  // Newest first.
  return { said: all.reverse(), odd };
}

const ODD: LocalizedText = {
  ru: 'часть диалогов в списке Meta прочитать не удалось: они видны только по вебхуку',
  en: 'some conversations of the list of Meta could not be read: they are seen by webhook only',
};
