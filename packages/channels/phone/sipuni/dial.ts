import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Dial } from '../../channel.ts';
import { callProviderJson, ProviderTrouble } from '../../provider/callProvider.ts';
import { DIAL_TIMEOUT_MS, dialBy, refusedBy, wordsUnder } from '../../provider/dialBy.ts';
import { bareNumber } from '../../provider/phoneNumbers.ts';
import type { PhoneChannel } from '../config.ts';

const answerShape = z.looseObject({ success: z.boolean(), message: z.string().optional() });

/**
 * `callback/call_number`: `reverse` 0 rings the colleague first. `account` is the cabinet's number; the hash is over
 * the values by name.
 */
export function dialBySipuni({ account, secret, apiRoot }: PhoneChannel): Dial | null {
  if (account === null || secret === null) return null;
  return ({ from, to }, signal) =>
    dialBy(
      'Sipuni',
      async () => {
        const fields = { antiaon: '0', phone: bareNumber(to), reverse: '0', sipnumber: from, user: account };
        const hash = createHash('md5')
          .update([...Object.values(fields), secret.reveal()].join('+'))
          .digest('hex');
        const answered = await callProviderJson(
          {
            provider: 'Sipuni',
            url: `${apiRoot ?? 'https://sipuni.com'}/api/callback/call_number`,
            body: new URLSearchParams({ ...fields, hash }),
            timeoutMs: DIAL_TIMEOUT_MS,
          },
          signal,
        );
        const { data } = answerShape.safeParse(answered);
        if (!data)
          throw new ProviderTrouble({ ru: 'Sipuni ответила непонятно', en: 'Sipuni gave no clear answer' });
        return data.success ? null : refusedBy('Sipuni', data.message ?? 'success: false');
      },
      wordsUnder('message'),
    );
}
