import type { Secret } from '@otklik/config';
import { z } from 'zod';
import type { LocalizedText } from '../channel.ts';
import { callProviderJson, ProviderTrouble } from '../provider/callProvider.ts';
import type { VkChannel } from './config.ts';

const VERSION = '5.199';
const answerShape = z.union([
  z.object({ response: z.unknown() }),
  z.object({ error: z.looseObject({ error_code: z.number(), error_msg: z.string() }) }),
]);

/** Missing rights: https://dev.vk.com/reference/errors */
const NOT_LET_IN = new Set([5, 7, 15, 27, 28, 203]);
/** Rate limit, flood, VK's fault. */
const PASSING = new Set([1, 6, 9, 10, 29]);

/** An error answer of VK. */
export class VkTrouble extends ProviderTrouble {
  readonly code: number;

  constructor(said: LocalizedText, code: number) {
    super(said, { status: NOT_LET_IN.has(code) ? 403 : PASSING.has(code) ? 429 : 400 });
    this.code = code;
  }

  /** A retry would fail the same way. */
  get isFinal(): boolean {
    return !PASSING.has(this.code);
  }
}

/** One method call, with the community's token by default. */
export async function callVk(
  channel: VkChannel,
  method: string,
  params: Readonly<Record<string, string | number>>,
  signal: AbortSignal,
  token: Secret = channel.token,
): Promise<unknown> {
  const body = new URLSearchParams({ access_token: token.reveal(), v: VERSION });
  for (const [name, value] of Object.entries(params)) body.set(name, String(value));
  const answered = await callProviderJson(
    { provider: 'VK', url: `${channel.apiRoot}/method/${method}`, body },
    signal,
  );
  const { data } = answerShape.safeParse(answered);
  if (data && 'response' in data) return data.response;
  const code = data?.error.error_code ?? 0;
  const why = data ? `${code}: ${data.error.error_msg.slice(0, 120)}` : '?';
  throw new VkTrouble(
    NOT_LET_IN.has(code) && token === channel.token
      ? {
          ru: `VK не принимает токен сообщества (${why}): создайте ключ с правами «сообщения», «управление», «стена», «фотографии», «документы»`,
          en: `VK does not take the community’s token (${why}): make a key with the rights messages, manage, wall, photos, documents`,
        }
      : { ru: `VK отказал в ${method} (${why})`, en: `VK refused ${method} (${why})` },
    code,
  );
}
