import type { Config, MetaChannel } from '@otklik/config';
import type { Event } from '@otklik/domain';
import { z } from 'zod';
import type { ListenerWorld, Said } from '../channel.ts';
import { ProviderTrouble } from '../provider/callProvider.ts';
import type { Look } from '../provider/reconcile.ts';
import { spokenEvent } from '../provider/spoken.ts';
import { askMeta, inboxOf } from './ask.ts';
import { subscribe } from './subscribe.ts';

const party = z.looseObject({ id: z.string() });
const listShape = z.looseObject({
  data: z.array(z.unknown()),
  paging: z
    .looseObject({ cursors: z.looseObject({ after: z.string() }).optional(), next: z.string().optional() })
    .optional(),
});
const conversationShape = z.looseObject({
  updated_time: z.string(),
  participants: z.looseObject({ data: z.array(party) }).optional(),
  messages: z.looseObject({ data: z.array(z.unknown()) }).optional(),
});
const messageShape = z.looseObject({
  id: z.string(),
  from: party,
  created_time: z.string(),
  message: z.string().optional(),
});

const FIELDS = 'updated_time,participants,messages.limit(50){id,from,created_time,message}';

/** One look: after an hour of failures Meta unsubscribes the app in silence; then the conversations that changed. */
export function lookAtMeta(
  channel: MetaChannel,
  { privacy }: Config,
  { now }: Pick<ListenerWorld, 'now'>,
): Look {
  return async ({ from }, signal) => {
    const gaps = channel.platform === 'messenger' ? await subscribe(channel, signal) : [];
    const events: Event[] = [];
    let odd = 0;
    let after = '';
    for (;;) {
      const path = `${inboxOf(channel)}/conversations?platform=${channel.platform}&fields=${FIELDS}&limit=50${after}`;
      const { data: list } = listShape.safeParse(await askMeta(channel, path, null, signal));
      if (!list) throw new ProviderTrouble(NO_LIST);
      let isOlder = false;
      for (const raw of list.data) {
        const read = eventsOf(raw, channel, privacy, from, now());
        isOlder ||= read === 'older';
        if (read === 'odd') odd += 1;
        if (typeof read === 'string') continue;
        events.push(...read.events);
        odd += read.odd;
      }
      const cursor = list.paging?.next === undefined ? undefined : list.paging.cursors?.after;
      if (isOlder || cursor === undefined)
        return { events, gaps: [...gaps, ...(odd === 0 ? [] : [ODD]), COMMENTS] };
      after = `&after=${encodeURIComponent(cursor)}`;
    }
  };
}

/** What was said in one conversation since `from`. One that cannot be read must not hide the others. */
function eventsOf(
  raw: unknown,
  channel: MetaChannel,
  privacy: Config['privacy'],
  from: number,
  now: number,
): { readonly events: Event[]; readonly odd: number } | 'older' | 'odd' {
  const { data: conversation } = conversationShape.safeParse(raw);
  const updated = Date.parse(conversation?.updated_time ?? '');
  if (conversation === undefined || Number.isNaN(updated)) return 'odd';
  if (updated < from) return 'older';
  const client = conversation.participants?.data.find(({ id }) => id !== channel.accountId)?.id;
  if (client === undefined) return 'odd';
  const events: Event[] = [];
  let odd = 0;
  for (const each of conversation.messages?.data ?? []) {
    const { data: said } = messageShape.safeParse(each);
    const at = Date.parse(said?.created_time ?? '');
    if (said === undefined || Number.isNaN(at)) {
      odd += 1;
      continue;
    }
    const isOurs = said.from.id === channel.accountId;
    // The list does not say which app wrote: where bots answer, only the webhook tells them from people.
    if (at < from || (isOurs && channel.botApps.length > 0)) continue;
    const side = isOurs ? 'unknown' : 'client';
    const spoken = { id: said.id, thread: client, side, author: { id: said.from.id }, at } as const;
    events.push(spokenEvent({ ...spoken, text: said.message || null }, channel, privacy, now));
  }
  return { events, odd };
}

const COMMENTS: Said = {
  ru: 'комментарии видны только по вебхуку: что Meta не доставила за 36 часов, того мы не увидим',
  en: 'comments are seen by webhook only: what Meta did not deliver within 36 hours is not seen',
};
const NO_LIST: Said = {
  ru: 'Meta ответила на запрос диалогов не так, как описано в её документации',
  en: 'Meta answered the request for conversations in a way that its documentation does not have',
};
const ODD: Said = {
  ru: 'часть диалогов в списке Meta прочитать не удалось: они видны только по вебхуку',
  en: 'some conversations of the list of Meta could not be read: they are seen by webhook only',
};
