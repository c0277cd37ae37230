import type { Dial } from '../../channel.ts';
import { callProvider } from '../../provider/callProvider.ts';
import { DIAL_TIMEOUT_MS, dialBy, wordsUnder } from '../../provider/dialBy.ts';
import { bareNumber } from '../../provider/phoneNumbers.ts';
import type { PhoneChannel } from '../config.ts';

/**
 * `cmd=makeCall`: the manager's telephone rings first. `token` is the exchange's API key, not crm_token. `user` is a
 * login or extension.
 */
export function dialByMegafon({ account, token, apiRoot }: PhoneChannel): Dial | null {
  if (account === null || token === null) return null;
  const url = `${apiRoot ?? `https://${account}`}/sys/crm_api.wcgp`;
  return ({ from, to }, signal) =>
    dialBy(
      'МегаФон ВАТС',
      async () => {
        const fields = { cmd: 'makeCall', user: from, phone: bareNumber(to), token: token.reveal() };
        const body = new URLSearchParams(fields);
        await callProvider({ provider: 'МегаФон ВАТС', url, body, timeoutMs: DIAL_TIMEOUT_MS }, signal);
        return null;
      },
      wordsUnder('error'),
    );
}
