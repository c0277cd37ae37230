import { createHmac } from 'node:crypto';
import type { PhoneScript, PlayedCall, Posting } from '../../testing/phoneProvider.ts';

const [ACCOUNT, SECRET] = ['AC0123456789', 'the-auth-token-of-this-test'];
const LINE = '+74951234567';

/** `query` follows the hook's address and is signed with it. */
export function twilioPost(fields: Readonly<Record<string, string>>, hook: string, query = ''): Posting {
  const all = { AccountSid: ACCOUNT, CallbackSource: 'call-progress-events', ...fields };
  const text = Object.entries(all)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => name + value)
    .join('');
  return {
    ...(query !== '' && { path: query }),
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-twilio-signature': createHmac('sha1', SECRET)
        .update(hook + query + text)
        .digest('base64'),
    },
    body: new URLSearchParams(all).toString(),
  };
}

const rfc = (at: number): string => new Date(at).toUTCString().replace('GMT', '+0000');

/** A parent that our TwiML answers, a child for each dialled party. */
export const twilioScript: PhoneScript = {
  yaml: ({ api }) => `provider: twilio, account: ${ACCOUNT}, secret: "${SECRET}", api_root: "${api}"`,
  rings: ({ id, client, began }, hook) =>
    twilioPost(
      {
        CallSid: id,
        CallStatus: 'ringing',
        Direction: 'inbound',
        From: `+${client}`,
        To: LINE,
        Timestamp: rfc(began),
      },
      hook,
    ),
  pickedUp: ({ id, direction, client, began, answered, isMachine }, hook) =>
    twilioPost(
      {
        CallSid: id,
        CallStatus: 'in-progress',
        Timestamp: rfc(answered ?? began),
        ...(direction === 'in'
          ? {
              Direction: 'inbound',
              From: `+${client}`,
              To: LINE,
              ...(!isMachine && { ParentCallSid: `${id}-parent` }),
            }
          : { Direction: 'outbound-api', From: 'client:101', To: `+${client}` }),
      },
      hook,
    ),
  unknown: (hook) => twilioPost({ CallSid: 'x', CallStatus: 'telepathy', Direction: 'inbound' }, hook),
  api: ({ url, headers }, calls) => {
    if (headers.authorization !== `Basic ${Buffer.from(`${ACCOUNT}:${SECRET}`).toString('base64')}`)
      return { status: 401, body: '{}' };
    if (url.pathname !== `/2010-04-01/Accounts/${ACCOUNT}/Calls.json` || !url.searchParams.has('StartTime>'))
      return null;
    return { body: JSON.stringify({ calls: calls.map(rowOf), next_page_uri: null }) };
  },
};

const rowOf = ({ id, direction, client, began, answered }: PlayedCall) => ({
  sid: id,
  parent_call_sid: null,
  from: direction === 'in' ? `+${client}` : 'client:101',
  to: direction === 'in' ? LINE : `+${client}`,
  status: answered === null ? 'no-answer' : 'completed',
  direction: direction === 'in' ? 'inbound' : 'outbound-api',
  start_time: rfc(direction === 'out' ? (answered ?? began) : began),
  end_time: rfc((answered ?? began) + 30_000),
  duration: answered === null ? '0' : '30',
});
