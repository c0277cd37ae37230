import { createHash, createHmac } from 'node:crypto';
import { callProviderJson } from '../../provider/callProvider.ts';
import type { PhoneChannel } from '../config.ts';

/** Base64 of the hexadecimal digest, not of its bytes, as in the provider's own library. */
export const zadarmaSignature = (text: string, secret: string): string =>
  Buffer.from(createHmac('sha1', secret).update(text).digest('hex')).toString('base64');

/** `Authorization: key:signature` over method, sorted query and its MD5. */
export async function callZadarma(
  { account, secret, apiRoot }: PhoneChannel,
  method: string,
  query: Readonly<Record<string, string>>,
  signal: AbortSignal,
  timeoutMs?: number,
): Promise<unknown> {
  const sorted = new URLSearchParams(Object.entries(query).sort(([a], [b]) => (a < b ? -1 : 1))).toString();
  const text = `${method}${sorted}${createHash('md5').update(sorted).digest('hex')}`;
  return callProviderJson(
    {
      provider: 'Zadarma',
      url: `${apiRoot ?? 'https://api.zadarma.com'}${method}?${sorted}`,
      headers: { authorization: `${account ?? ''}:${zadarmaSignature(text, secret?.reveal() ?? '')}` },
      ...(timeoutMs !== undefined && { timeoutMs }),
    },
    signal,
  );
}
