import type { Config, MetaChannel } from '@otklik/config';
import type { Event } from '@otklik/domain';
import { z } from 'zod';
import type { ListenerWorld, Said } from '../channel.ts';
import { ProviderTrouble } from '../provider/callProvider.ts';
import type { Look } from '../provider/reconcile.ts';
import { spokenEvent } from '../provider/spoken.ts';
import { callGraph } from '../whatsapp-cloud/graph.ts';

const party = z.looseObject({ id: z.string() });
const pageShape = z.looseObject({
  data: z.array(
    z.looseObject({
      updated_time: z.string(),
      participants: z.looseObject({ data: z.array(party) }).optional(),
      messages: z
        .looseObject({
          data: z.array(
            z.looseObject({
              id: z.string(),
              from: party,
              created_time: z.string(),
              message: z.string().optional(),
            }),
          ),
        })
        .optional(),
    }),
  ),
  paging: z
    .looseObject({ cursors: z.looseObject({ after: z.string() }).optional(), next: z.string().optional() })
    .optional(),
});
const subscribedShape = z.looseObject({ data: z.array(z.unknown()) });

const FIELDS = 'updated_time,participants,messages.limit(50){id,from,created_time,message}';
const SUBSCRIBED = 'messages,message_echoes,messaging_postbacks,feed';

/** One call of the account's; rejects with what Meta says. */
export async function askMeta(
  channel: MetaChannel,
  path: string,
  body: object | null,
  signal: AbortSignal,
): Promise<unknown> {
  const asked = await callGraph(channel, path, body, signal);
  if (asked.outcome === 'ok') return asked.result;
  const isToken = asked.code === 190 || asked.code === 10 || asked.code === 200;
  throw new ProviderTrouble(
    isToken
      ? {
          ru: `Meta не принимает токен: ${asked.problem}. Выпустите новый токен страницы`,
          en: `Meta does not take the token: ${asked.problem}. Make a new page token`,
        }
      : { ru: `Meta отказала: ${asked.problem}`, en: `Meta refused: ${asked.problem}` },
    { afterMs: asked.afterMs, status: isToken ? 403 : asked.outcome === 'retry' ? 429 : 400 },
  );
}

/** One look: after an hour of failures Meta unsubscribes the app in silence; then the conversations that changed. */
export function lookAtMeta(
  channel: MetaChannel,
  { privacy }: Config,
  { now }: Pick<ListenerWorld, 'now'>,
): Look {
  return async ({ from }, signal) => {
    if (channel.platform === 'messenger') await subscribe(channel, signal);
    const events: Event[] = [];
    let after = '';
    for (;;) {
      const path = `${channel.accountId}/conversations?platform=${channel.platform}&fields=${FIELDS}&limit=50${after}`;
      const { data } = pageShape.safeParse(await askMeta(channel, path, null, signal));
      if (!data) throw new ProviderTrouble(NO_LIST);
      const changed = data.data.filter(({ updated_time }) => Date.parse(updated_time) >= from);
      for (const { participants, messages } of changed) {
        const client = participants?.data.find(({ id }) => id !== channel.accountId)?.id;
        if (client === undefined) continue;
        for (const said of messages?.data ?? []) {
          const isOurs = said.from.id === channel.accountId;
          const at = Date.parse(said.created_time);
          // The list does not say which app wrote: where bots answer, only the webhook tells them from people.
          if (Number.isNaN(at) || at < from || (isOurs && channel.botApps.length > 0)) continue;
          const spoken = {
            id: said.id,
            thread: client,
            side: isOurs ? 'unknown' : 'client',
            author: { id: said.from.id },
          } as const;
          events.push(spokenEvent({ ...spoken, at, text: said.message || null }, channel, privacy, now()));
        }
      }
      const cursor = data.paging?.next === undefined ? undefined : data.paging.cursors?.after;
      if (changed.length < data.data.length || cursor === undefined) return { events, gaps: [COMMENTS] };
      after = `&after=${encodeURIComponent(cursor)}`;
    }
  };
}

async function subscribe(channel: MetaChannel, signal: AbortSignal): Promise<void> {
  const { data } = subscribedShape.safeParse(
    await askMeta(channel, `${channel.accountId}/subscribed_apps`, null, signal),
  );
  if (data && data.data.length > 0) return;
  await askMeta(channel, `${channel.accountId}/subscribed_apps?subscribed_fields=${SUBSCRIBED}`, {}, signal);
}

const COMMENTS: Said = {
  ru: 'комментарии видны только по вебхуку: что Meta не доставила за 36 часов, того мы не увидим',
  en: 'comments are seen by webhook only: what Meta did not deliver within 36 hours is not seen',
};
const NO_LIST: Said = {
  ru: 'Meta ответила на запрос диалогов не так, как описано в её документации',
  en: 'Meta answered the request for conversations in a way that its documentation does not have',
};
