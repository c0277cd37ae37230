import type { Config } from '@otklik/config';
import type { LocalizedText } from '../channel.ts';
import { bareUrl } from '../provider/bareUrl.ts';
import { callOk } from './api.ts';
import type { OkChannel } from './config.ts';

/** Keeps our address among those that are told: Odnoklassniki drops it after eight hours of failures. */
export async function subscribe(
  channel: OkChannel,
  { publicUrl }: Config,
  signal: AbortSignal,
): Promise<LocalizedText[]> {
  if (publicUrl === null)
    return [
      {
        ru: 'не задан public_url: сообщения видны только из опроса, раз в 10 секунд',
        en: 'public_url is not set: messages are seen by polling only, every 10 seconds',
      },
    ];
  const url = `${bareUrl(publicUrl)}/hooks/${channel.id}?key=${channel.key.reveal()}`;
  const subscriptions = await callOk(channel, 'me/subscriptions', {}, null, signal);
  if (!JSON.stringify(subscriptions).includes(JSON.stringify(url)))
    await callOk(channel, 'me/subscribe', {}, { url }, signal);
  return [];
}
