import type { Config } from '@otklik/config';
import { z } from 'zod';
import type { LocalizedText } from '../channel.ts';
import { bareUrl } from '../provider/bareUrl.ts';
import { ProviderTrouble } from '../provider/callProvider.ts';
import { callMax } from './api.ts';
import type { MaxChannel } from './config.ts';

/** https://dev.max.ru/docs-api/objects/Update */
const NEEDED = [
  'message_created',
  'message_callback',
  'message_removed',
  'comment_created',
  'comment_removed',
];

const subscriptionsShape = z.looseObject({
  subscriptions: z.array(z.looseObject({ url: z.string(), update_types: z.array(z.string()).nullish() })),
});

/** `lacking`: missing types of {@link NEEDED}; null: our address is unknown. */
export interface Subscribed {
  readonly url: string;
  readonly has: readonly string[];
  readonly lacking: readonly string[] | null;
  /** Hosts only; the rest may be secret. */
  readonly others: readonly string[];
}

export async function readSubscription(
  channel: MaxChannel,
  { publicUrl }: Config,
  signal: AbortSignal,
): Promise<Subscribed> {
  const url = `${bareUrl(publicUrl ?? '')}/hooks/${channel.id}`;
  const { data } = subscriptionsShape.safeParse(await callMax(channel, '/subscriptions', null, signal));
  if (!data) throw new ProviderTrouble(NO_LIST);
  const ours = data.subscriptions.find((each) => each.url === url);
  // No list means all types.
  const has = ours?.update_types ?? [];
  return {
    url,
    has,
    lacking: ours ? (ours.update_types ? NEEDED.filter((type) => !has.includes(type)) : []) : null,
    others: data.subscriptions.filter((each) => each !== ours).map((each) => hostOf(each.url)),
  };
}

/** Leaves other programs' subscriptions alone. */
export async function subscribe(channel: MaxChannel, config: Config, signal: AbortSignal): Promise<void> {
  if (config.publicUrl === null) throw new ProviderTrouble(NO_ADDRESS, { status: 403 });
  const { url, has, lacking } = await readSubscription(channel, config, signal);
  if (lacking?.length === 0) return;
  const body = {
    url,
    update_types: [...new Set([...has, ...NEEDED])],
    secret: channel.secret?.reveal() ?? '',
  };
  await callMax(channel, '/subscriptions', body, signal);
}

function hostOf(url: string): string {
  return URL.parse(url)?.host ?? '?';
}

export const NO_ADDRESS: LocalizedText = {
  ru: 'не задан public_url: MAX некуда присылать сообщения. Задайте его или уберите secret, чтобы Otklik читал их сам',
  en: 'public_url is not set: MAX has nowhere to post. Set it, or leave out secret so that Otklik fetches messages itself',
};
export const heldBy = (hosts: readonly string[]): LocalizedText => ({
  ru: `бот подписан на другую программу (${hosts.join(', ')}): пока у бота есть вебхук, MAX не отдаёт события по запросу. Задайте secret и public_url или снимите ту подписку`,
  en: `the bot posts to another program (${hosts.join(', ')}): while it has a webhook, MAX gives no updates to whoever asks. Set secret and public_url, or remove that subscription`,
});
const NO_LIST: LocalizedText = {
  ru: 'MAX ответил на запрос подписок не так, как описано в его документации',
  en: 'MAX answered the request for subscriptions in a way that its documentation does not have',
};
