import { z } from 'zod';
import type { Dial } from '../../channel.ts';
import { ProviderTrouble } from '../../provider/callProvider.ts';
import { DIAL_TIMEOUT_MS, dialBy, refusedBy, wordsUnder } from '../../provider/dialBy.ts';
import { bareNumber } from '../../provider/phoneNumbers.ts';
import type { PhoneChannel } from '../config.ts';
import { callZadarma } from './api.ts';

const answerShape = z.looseObject({ status: z.string(), message: z.string().optional() });

/**
 * `sip` makes the call the colleague's own in statistics. `predicted` would ring the client first.
 * https://zadarma.com/en/support/api/#api_callback
 */
export const dialByZadarma =
  (channel: PhoneChannel): Dial =>
  ({ from, to }, signal) =>
    dialBy(
      'Zadarma',
      async () => {
        const query = { from, to: bareNumber(to), sip: from };
        const answered = await callZadarma(channel, '/v1/request/callback/', query, signal, DIAL_TIMEOUT_MS);
        const { data } = answerShape.safeParse(answered);
        if (!data)
          throw new ProviderTrouble({ ru: 'Zadarma ответила непонятно', en: 'Zadarma gave no clear answer' });
        return data.status === 'success' ? null : refusedBy('Zadarma', data.message ?? data.status);
      },
      wordsUnder('message'),
    );
