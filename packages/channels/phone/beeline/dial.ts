import type { Dial } from '../../channel.ts';
import { callProvider } from '../../provider/callProvider.ts';
import { DIAL_TIMEOUT_MS, dialBy, wordsUnder } from '../../provider/dialBy.ts';
import type { PhoneChannel } from '../config.ts';

/**
 * `POST abonents/{who}/call`: who is an identifier, a mobile number or an extension; the client's number has ten
 * digits.
 */
export const dialByBeeline =
  ({ token, apiRoot }: PhoneChannel): Dial =>
  ({ from, to }, signal) =>
    dialBy(
      'Билайн',
      async () => {
        const digits = /^\+7(\d{10})$/.exec(to)?.[1];
        if (digits === undefined) return ABROAD;
        const root = `${apiRoot ?? 'https://cloudpbx.beeline.ru'}/apis/portal`;
        await callProvider(
          {
            provider: 'Билайн',
            url: `${root}/abonents/${encodeURIComponent(from)}/call?phoneNumber=${digits}`,
            method: 'POST',
            headers: { 'x-mpbx-api-auth-token': token?.reveal() ?? '' },
            timeoutMs: DIAL_TIMEOUT_MS,
          },
          signal,
        );
        return null;
      },
      wordsUnder('description', 'message', 'errorCode'),
    );

const ABROAD = {
  ru: 'Билайн набирает так только номера России',
  en: 'Beeline dials only Russian numbers this way',
};
