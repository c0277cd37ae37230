import { createHash } from 'node:crypto';
import { callProvider } from '../../provider/callProvider.ts';
import type { PhoneChannel } from '../config.ts';

/** Signed like the exchange's own events. */
export function mangoCommand(
  channel: PhoneChannel,
  path: string,
  body: object,
  signal: AbortSignal,
  timeoutMs?: number,
): Promise<{ status: number; text: string }> {
  const json = JSON.stringify(body);
  const [key, salt] = [channel.account ?? '', channel.secret?.reveal() ?? ''];
  const sign = createHash('sha256')
    .update(key + json + salt)
    .digest('hex');
  return callProvider(
    {
      provider: 'Mango Office',
      url: `${channel.apiRoot ?? 'https://app.mango-office.ru'}${path}`,
      body: new URLSearchParams({ vpbx_api_key: key, sign, json }),
      ...(timeoutMs !== undefined && { timeoutMs }),
    },
    signal,
  );
}
