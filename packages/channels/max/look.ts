import type { Config, MaxChannel } from '@otklik/config';
import type { Event } from '@otklik/domain';
import { z } from 'zod';
import type { ListenerWorld, Said } from '../channel.ts';
import { callProviderJson, ProviderTrouble } from '../provider/callProvider.ts';
import type { Look } from '../provider/reconcile.ts';
import { eventOfMessage } from './normalise.ts';

/** What we want to hear of: https://dev.max.ru/docs-api/methods/POST/subscriptions */
const UPDATE_TYPES = ['message_created', 'message_edited', 'message_removed', 'bot_started', 'bot_stopped'];
const PAGE = 100;

const subscriptionsShape = z.looseObject({ subscriptions: z.array(z.looseObject({ url: z.string() })) });
const chatsShape = z.looseObject({
  chats: z.array(
    z.looseObject({
      chat_id: z.union([z.number(), z.string()]).transform(String),
      last_event_time: z.number().nullish(),
    }),
  ),
  marker: z.number().nullish(),
});
const messagesShape = z.looseObject({ messages: z.array(z.looseObject({ timestamp: z.number() })) });

/** One call of the bot's. */
export function callMax(
  channel: MaxChannel,
  path: string,
  body: object | null,
  signal: AbortSignal,
): Promise<unknown> {
  return callProviderJson(
    {
      provider: 'MAX',
      url: channel.apiRoot + path,
      headers: { authorization: channel.token.reveal() },
      ...(body !== null && { body }),
    },
    signal,
  );
}

/** One look: our subscription, then every chat that changed. Other programs' subscriptions are left alone. */
export function lookAtMax(channel: MaxChannel, config: Config, { now }: Pick<ListenerWorld, 'now'>): Look {
  return async ({ from }, signal) => {
    const gaps = await subscribe(channel, config, signal);
    const events: Event[] = [];
    for (const chat of await changedChats(channel, from, signal)) {
      const path = `/messages?chat_id=${encodeURIComponent(chat)}&count=${PAGE}`;
      const { data } = messagesShape.safeParse(await callMax(channel, path, null, signal));
      if (!data) throw new ProviderTrouble(NO_LIST);
      const recent = data.messages.filter(({ timestamp }) => timestamp >= from);
      events.push(...recent.flatMap((each) => eventOfMessage(each, channel, config.privacy, now()) ?? []));
    }
    return { events, gaps };
  };
}

async function subscribe(channel: MaxChannel, { publicUrl }: Config, signal: AbortSignal): Promise<Said[]> {
  if (publicUrl === null)
    return [
      {
        ru: 'не задан public_url: MAX некуда присылать сообщения, они видны раз в минуту из опроса. Уберите secret, чтобы читать их сразу',
        en: 'public_url is not set: MAX has nowhere to post, and messages are seen once a minute. Leave out secret to read them at once',
      },
    ];
  const url = `${publicUrl.replace(/\/+$/, '')}/hooks/${channel.id}`;
  const { data } = subscriptionsShape.safeParse(await callMax(channel, '/subscriptions', null, signal));
  if (data?.subscriptions.some((each) => each.url === url)) return [];
  await callMax(
    channel,
    '/subscriptions',
    { url, update_types: UPDATE_TYPES, secret: channel.secret?.reveal() ?? '' },
    signal,
  );
  return [];
}

async function changedChats(channel: MaxChannel, from: number, signal: AbortSignal): Promise<string[]> {
  const chats: string[] = [];
  let marker: number | null | undefined;
  do {
    const path = `/chats?count=${PAGE}${marker ? `&marker=${marker}` : ''}`;
    const { data } = chatsShape.safeParse(await callMax(channel, path, null, signal));
    if (!data) throw new ProviderTrouble(NO_LIST);
    chats.push(
      ...data.chats.flatMap(({ chat_id, last_event_time }) =>
        (last_event_time ?? Number.POSITIVE_INFINITY) >= from ? [chat_id] : [],
      ),
    );
    marker = data.marker;
  } while (marker);
  return chats;
}

const NO_LIST: Said = {
  ru: 'MAX ответил на запрос чатов не так, как описано в его документации',
  en: 'MAX answered the request for chats in a way that its documentation does not have',
};
