import type { PhoneScript, PlayedCall, Posting } from '../../testing/phoneProvider.ts';

const [KEY, TOKEN] = ['the-key-of-this-test-1', 'the-token-of-this-test'];
const DOMAIN = 'acme.onpbx.ru';
const unix = (at: number): number => Math.floor(at / 1_000);

export const onlinepbxPost = (told: object): Posting => ({
  path: `?key=${KEY}`,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ domain: DOMAIN, ...told }),
});

const parties = ({ direction, client, isMachine }: PlayedCall) =>
  direction === 'in'
    ? { direction: 'inbound', caller: client, callee: isMachine ? '74951234567' : '101' }
    : { direction: 'outbound', caller: '101', callee: client };

/** OnlinePBX: JSON events; history by API session. */
export const onlinepbxScript: PhoneScript = {
  yaml: ({ api }) =>
    `provider: onlinepbx, key: "${KEY}", account: ${DOMAIN}, token: "${TOKEN}", api_root: "${api}"`,
  rings: (call) =>
    onlinepbxPost({ event: 'call_start', uuid: call.id, date: String(unix(call.began)), ...parties(call) }),
  pickedUp: (call) =>
    onlinepbxPost({
      event: 'call_answered',
      uuid: call.id,
      date: String(unix(call.answered ?? call.began)),
      ...parties(call),
    }),
  unknown: () => onlinepbxPost({ event: 'call_telepathy', uuid: 'x', date: '1795417200' }),
  api: ({ url, headers, body }, calls) => {
    const form = new URLSearchParams(body);
    if (url.pathname === `/${DOMAIN}/auth.json`)
      return {
        body: form.get('auth_key') === TOKEN ? '{"data":{"key_id":"id","key":"k"}}' : '{"isNotAuth":true}',
      };
    if (url.pathname !== `/${DOMAIN}/mongo_history/search.json`) return null;
    if (headers['x-pbx-authentication'] !== 'id:k' || !form.has('start_stamp_from'))
      return { status: 401, body: '{}' };
    return { body: JSON.stringify({ status: '1', data: calls.map(rowOf) }) };
  },
};

function rowOf(call: PlayedCall) {
  const talk = call.answered !== null && !call.isMachine;
  const { direction, caller, callee } = parties(call);
  return {
    uuid: call.id,
    caller_id_number: caller,
    destination_number: callee,
    start_stamp: unix(call.began),
    end_stamp: unix((call.answered ?? call.began) + 30_000),
    user_talk_time: talk ? 30 : 0,
    accountcode: direction,
    hangup_cause: 'NORMAL_CLEARING',
  };
}
