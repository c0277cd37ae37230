import type { Config } from '@otklik/config';
import { z } from 'zod';
import type { LocalizedText } from '../channel.ts';
import { bareUrl } from '../provider/bareUrl.ts';
import { ProviderTrouble } from '../provider/callProvider.ts';
import { callAvito } from './api.ts';
import type { AvitoChannel } from './config.ts';

const shape = z.object({ subscriptions: z.array(z.looseObject({ url: z.string() })) });

/** Avito drops subscriptions silently. Others' are left alone. Without ours the list is a minute slower: a gap. */
export async function keepSubscribed(
  channel: AvitoChannel,
  { publicUrl }: Config,
  signal: AbortSignal,
): Promise<LocalizedText[]> {
  if (publicUrl === null) return [NO_ADDRESS];
  const url = `${bareUrl(publicUrl)}/hooks/${channel.id}?key=${channel.key.reveal()}`;
  try {
    const { data } = shape.safeParse(await callAvito(channel, '/messenger/v1/subscriptions', {}, signal));
    if (!data?.subscriptions.some((each) => each.url === url))
      await callAvito(channel, '/messenger/v3/webhook', { url }, signal);
    return [];
  } catch (error) {
    // The key is refused, so nothing else would work.
    if (!(error instanceof ProviderTrouble) || error.status === 401) throw error;
    const { ru, en } = error.said;
    return [
      {
        ru: `вебхук не подписан, сообщения видны из опроса, раз в минуту: ${ru}`,
        en: `the webhook is not subscribed, messages are seen by polling, once a minute: ${en}`,
      },
    ];
  }
}

const NO_ADDRESS: LocalizedText = {
  ru: 'не задан public_url: сообщения видны только из опроса, раз в минуту',
  en: 'public_url is not set: messages are seen by polling only, once a minute',
};
