import { createHash } from 'node:crypto';
import type { PhoneScript, PlayedCall, Posting } from '../../testing/phoneProvider.ts';

const [KEY, SALT] = ['the-key-of-this-test', 'the-salt-of-this-test'];
const sign = (json: string): string =>
  createHash('sha256')
    .update(KEY + json + SALT)
    .digest('hex');

export const mangoEvent = (path: string, told: object): Posting => {
  const json = JSON.stringify(told);
  return {
    path,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ vpbx_api_key: KEY, sign: sign(json), json }).toString(),
  };
};

const unix = (at: number): number => Math.floor(at / 1_000);
const parties = ({ direction, client }: PlayedCall, isMachine: boolean) =>
  direction === 'in'
    ? {
        from: { number: client },
        to: { ...(!isMachine && { extension: '101' }), line_number: '74951234567' },
      }
    : { from: { extension: '101' }, to: { number: client } };

const COLUMNS = 11;
let ordered = false;

/** Events in three form fields; the list is ordered, then fetched. */
export const mangoScript: PhoneScript = {
  yaml: ({ api }) => `provider: mango, account: "${KEY}", secret: "${SALT}", api_root: "${api}"`,
  rings: (call) =>
    mangoEvent('/events/call', {
      entry_id: call.id,
      call_id: `${call.id}-leg`,
      timestamp: unix(call.began),
      seq: 1,
      call_state: 'Appeared',
      location: 'abonent',
      ...parties(call, false),
    }),
  pickedUp: (call) =>
    mangoEvent('/events/call', {
      entry_id: call.id,
      call_id: `${call.id}-leg`,
      timestamp: unix(call.answered ?? call.began),
      seq: 2,
      call_state: 'Connected',
      location: call.isMachine ? 'ivr' : 'abonent',
      ...parties(call, call.isMachine),
    }),
  unknown: () => mangoEvent('/events/telepathy', { thoughts: [] }),
  api: ({ url, body }, calls) => {
    const form = new URLSearchParams(body);
    const json = form.get('json') ?? '';
    if (form.get('vpbx_api_key') !== KEY || form.get('sign') !== sign(json)) return { status: 401, body: '' };
    if (url.pathname === '/vpbx/stats/request') {
      const { fields = '' } = JSON.parse(json) as { fields?: string };
      if (fields.split(',').length !== COLUMNS) return { status: 400, body: '' };
      ordered = true;
      return { body: '{"key":"list-1"}' };
    }
    if (url.pathname !== '/vpbx/stats/result' || !ordered) return null;
    return { body: calls.map(rowOf).join('\r\n') };
  },
};

/** start, finish, answer, from_extension, from_number, to_extension, to_number, disconnect_reason, entry_id, line_number, location */
function rowOf({ id, direction, client, began, answered, isMachine }: PlayedCall): string {
  const isIn = direction === 'in';
  const talk = answered !== null && !isMachine;
  return [
    unix(began),
    unix((answered ?? began) + 30_000),
    talk ? unix(answered) : 0,
    isIn ? '' : '101',
    isIn ? client : '',
    isIn && talk ? '101' : '',
    isIn ? '' : client,
    1110,
    id,
    '74951234567',
    isMachine ? 'ivr' : 'abonent',
  ].join(';');
}
