import { createHash, createHmac } from 'node:crypto';
import type { PhoneScript, PlayedCall, Posting } from '../../testing/phoneProvider.ts';

const [KEY, SECRET] = ['the-key-of-this-test', 'the-secret-of-this-test'];
const ZONE = 'Europe/Moscow';
const LINE = '74951234567';

const sign = (text: string): string =>
  Buffer.from(createHmac('sha1', SECRET).update(text).digest('hex')).toString('base64');

const wall = (at: number): string => new Date(at).toLocaleString('sv-SE', { timeZone: ZONE }).slice(0, 19);

export const zadarmaPost = (
  fields: Readonly<Record<string, string>>,
  signed: readonly string[],
): Posting => ({
  headers: {
    'content-type': 'application/x-www-form-urlencoded',
    signature: sign(signed.map((name) => fields[name] ?? '').join('')),
  },
  body: new URLSearchParams(fields).toString(),
});

const INBOUND = ['caller_id', 'called_did', 'call_start'];
const OUTBOUND = ['internal', 'destination', 'call_start'];

/** A machine is recognised by its extension, and ends carry the talk. */
export const zadarmaScript: PhoneScript = {
  yaml: ({ api }) => `provider: zadarma, account: "${KEY}", secret: "${SECRET}", api_root: "${api}"`,
  rings: ({ id, client, began }) =>
    zadarmaPost(
      {
        event: 'NOTIFY_START',
        call_start: wall(began),
        pbx_call_id: id,
        caller_id: `+${client}`,
        called_did: LINE,
      },
      INBOUND,
    ),
  // Answers and ends carry no time: the talk began `duration` before the end arrived.
  answerWithinMs: 5_000,
  pickedUp: ({ id, direction, client, began, answered, isMachine }) =>
    direction === 'out'
      ? zadarmaPost(
          {
            event: 'NOTIFY_OUT_END',
            call_start: wall(began),
            pbx_call_id: id,
            destination: client,
            internal: '101',
            disposition: 'answered',
            duration: String(Math.round((Date.now() - (answered ?? began)) / 1_000)),
          },
          OUTBOUND,
        )
      : zadarmaPost(
          {
            event: 'NOTIFY_ANSWER',
            call_start: wall(began),
            pbx_call_id: id,
            caller_id: client,
            destination: LINE,
            ...(!isMachine && { internal: '101' }),
          },
          ['caller_id', 'destination', 'call_start'],
        ),
  unknown: () => zadarmaPost({ event: 'NOTIFY_TELEPATHY', pbx_call_id: 'x', call_start: wall(0) }, INBOUND),
  api: ({ url, headers }, calls) => {
    const query = url.search.slice(1);
    const expected = sign(`${url.pathname}${query}${createHash('md5').update(query).digest('hex')}`);
    if (headers.authorization !== `${KEY}:${expected}`) return { status: 401, body: '{"status":"error"}' };
    if (url.pathname !== '/v1/statistics/pbx/') return null;
    const wanted = url.searchParams.get('call_type');
    if (wanted !== 'in' && wanted !== 'out') return { status: 400, body: '{"status":"error"}' };
    const stats = calls.filter(({ direction }) => direction === wanted).map(rowOf);
    return { body: JSON.stringify({ status: 'success', stats }) };
  },
};

const rowOf = ({ id, direction, client, began, answered, isMachine }: PlayedCall) => ({
  sip: direction === 'out' || (answered !== null && !isMachine) ? '101' : LINE,
  callstart: wall(direction === 'out' ? (answered ?? began) : began),
  clid: direction === 'in' ? `"${client}" <+${client}>` : '101',
  destination: direction === 'in' ? LINE : client,
  disposition: answered === null ? 'no answer' : 'answered',
  seconds: answered === null ? 20 : 30,
  pbx_call_id: id,
});
