import { z } from 'zod';
import type { LocalizedText } from '../channel.ts';
import { ProviderTrouble } from '../provider/callProvider.ts';
import { askMeta } from './api.ts';
import type { MetaChannel } from './config.ts';

const subscribedShape = z.looseObject({
  data: z.array(z.looseObject({ subscribed_fields: z.array(z.string()).optional().catch(undefined) })),
});

/** `standby`: another app holds the conversation. */
const NEEDED = ['messages', 'message_echoes', 'messaging_postbacks', 'standby', 'feed'];

/**
 * Reports failures: without `message_echoes` no answer is seen.
 * https://developers.facebook.com/docs/graph-api/reference/page/subscribed_apps
 */
export async function subscribe(
  channel: MetaChannel,
  signal: AbortSignal,
): Promise<readonly LocalizedText[]> {
  const path = `${channel.accountId}/subscribed_apps`;
  const { data } = subscribedShape.safeParse(await askMeta(channel, path, null, signal));
  const apps = data?.data.map(({ subscribed_fields: fields }) => fields ?? []) ?? [];
  if (apps.some((fields) => NEEDED.every((field) => fields.includes(field)))) return [];
  // The request replaces the list.
  const kept = apps.length === 1 ? (apps[0] ?? []) : [];
  const fields = [...new Set([...kept, ...NEEDED])].join(',');
  try {
    await askMeta(channel, `${path}?subscribed_fields=${fields}`, {}, signal);
    return [];
  } catch (error) {
    // A partial subscription is only a gap.
    if (!(error instanceof ProviderTrouble) || apps.length === 0) throw error;
    const missing = NEEDED.filter((field) => !apps.some((own) => own.includes(field))).join(', ');
    return missing === '' ? [] : [lacking(missing)];
  }
}

const lacking = (fields: string): LocalizedText => ({
  ru: `страница не подписана на ${fields}: подпишите её в кабинете Meta (Webhooks) и дайте токену право pages_manage_metadata`,
  en: `the page is not subscribed to ${fields}: subscribe it at Meta (Webhooks), and give the token pages_manage_metadata`,
});
