import type { Dial } from '../../channel.ts';
import { callProvider } from '../../provider/callProvider.ts';
import { DIAL_TIMEOUT_MS, dialBy, wordsUnder } from '../../provider/dialBy.ts';
import { firstNumber } from '../../provider/phoneNumbers.ts';
import type { PhoneChannel } from '../config.ts';
import type { ExchangeContext } from '../exchange.ts';

/** How long the colleague's telephone rings, in seconds. */
const RINGS_S = '30';

/**
 * The colleague's TwiML dials the client from one of our numbers. Only the client's leg is reported, at an address
 * with the ordering account: `?dial=…`. An account is a number, `sip:…` or `client:…`.
 * https://www.twilio.com/docs/voice/api/call-resource#create-a-call-resource,
 * https://www.twilio.com/docs/voice/twiml/number
 */
export function dialByTwilio(
  { account, secret, numbers, apiRoot }: PhoneChannel,
  { hookUrl }: ExchangeContext,
): Dial | null {
  const digits = firstNumber(numbers);
  if (digits === null || hookUrl === null) return null;
  const authorization = `Basic ${Buffer.from(`${account}:${secret?.reveal() ?? ''}`).toString('base64')}`;
  return ({ from, to }, signal) =>
    dialBy(
      'Twilio',
      async () => {
        const told = `${hookUrl}?dial=${encodeURIComponent(from)}`;
        const number = `<Number statusCallback="${told}" statusCallbackEvent="ringing answered completed">${to}</Number>`;
        await callProvider(
          {
            provider: 'Twilio',
            url: `${apiRoot ?? 'https://api.twilio.com'}/2010-04-01/Accounts/${account}/Calls.json`,
            headers: { authorization },
            body: new URLSearchParams({
              To: from,
              From: `+${digits}`,
              Timeout: RINGS_S,
              Twiml: `<Response><Dial callerId="+${digits}">${number}</Dial></Response>`,
            }),
            timeoutMs: DIAL_TIMEOUT_MS,
          },
          signal,
        );
        return null;
      },
      wordsUnder('message'),
    );
}
