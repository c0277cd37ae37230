import { callProviderJson, ProviderTrouble } from '../provider/callProvider.ts';
import type { OkChannel } from './config.ts';

/** One Graph API call with the group's token. */
export async function callOk(
  channel: OkChannel,
  path: string,
  query: Readonly<Record<string, string>>,
  body: object | null,
  signal: AbortSignal,
): Promise<unknown> {
  const search = new URLSearchParams({ access_token: channel.token.reveal(), ...query });
  const answered = await callProviderJson(
    {
      provider: 'Одноклассники',
      url: `${channel.apiRoot}/graph/${path}?${search}`,
      ...(body !== null && { body }),
    },
    signal,
  );
  const code =
    answered !== null && typeof answered === 'object' ? Reflect.get(answered, 'error_code') : undefined;
  if (code === undefined) return answered;
  throw new ProviderTrouble(
    {
      ru: `Одноклассники отказали (ошибка ${String(code)}): проверьте ключ доступа группы, он живёт 30 дней без обращений`,
      en: `Odnoklassniki refused (error ${String(code)}): check the group’s token, which lives 30 days without use`,
    },
    { status: 403 },
  );
}
