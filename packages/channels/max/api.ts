import { z } from 'zod';
import { callProviderJson, ProviderTrouble } from '../provider/callProvider.ts';
import type { MaxChannel } from './config.ts';

const refusalShape = z.looseObject({
  success: z.literal(false),
  message: z.string().optional(),
  code: z.string().optional(),
});

/** Some refusals come as HTTP 200. https://dev.max.ru/docs-api/changelog-api */
export async function callMax(
  channel: MaxChannel,
  path: string,
  body: object | null,
  signal: AbortSignal,
  method?: 'PUT',
): Promise<unknown> {
  const answered = await callProviderJson(
    {
      provider: 'MAX',
      url: channel.apiRoot + path,
      headers: { authorization: channel.token.reveal() },
      ...(body !== null && { body }),
      ...(method && { method }),
    },
    signal,
  );
  const { data: refusal } = refusalShape.safeParse(answered);
  if (!refusal) return answered;
  const why = (refusal.code ?? refusal.message ?? '?').slice(0, 120);
  throw new ProviderTrouble(
    { ru: `MAX отказал: ${why}`, en: `MAX refused: ${why}` },
    { status: 400, answer: why },
  );
}
