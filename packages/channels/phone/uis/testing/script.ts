import type { PhoneScript, PlayedCall, Posting } from '../../testing/phoneProvider.ts';

const [KEY, TOKEN] = ['the-key-of-this-test-1', 'the-token-of-this-test'];
const wall = (at: number): string =>
  new Date(at).toLocaleString('sv-SE', { timeZone: 'Europe/Moscow' }).slice(0, 19);

export const uisPost = (told: object): Posting => ({
  path: `?key=${KEY}`,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(told),
});

const about = ({ id, client, isMachine }: PlayedCall) => ({
  call: Number(id.replaceAll(/\D/g, '')),
  line: '74951234567',
  client,
  employee: isMachine ? null : 7,
  talk: 0,
});

/** Bodies by our templates, the report by JSON-RPC. */
export const uisScript: PhoneScript = {
  yaml: ({ api }) => `provider: uis, key: "${KEY}", token: "${TOKEN}", api_root: "${api}"`,
  rings: (call) => uisPost({ event: 'ringing', at: Math.floor(call.began / 1_000), ...about(call) }),
  pickedUp: (call) =>
    uisPost({
      event: call.direction === 'out' ? 'out_answered' : call.isMachine ? 'ringing' : 'answered',
      at: Math.floor((call.answered ?? call.began) / 1_000),
      ...about(call),
    }),
  unknown: () => uisPost({ event: 'telepathy', at: 1, call: 1 }),
  api: ({ url, body }, calls) => {
    if (url.pathname !== '/v2.0') return null;
    const { method, params } = JSON.parse(body) as {
      method: string;
      params: { access_token: string; include_ongoing_calls?: boolean };
    };
    if (method !== 'get.calls_report') return null;
    if (params.include_ongoing_calls !== false) return { body: '{"error":{"message":"calls that go on"}}' };
    if (params.access_token !== TOKEN) return { body: '{"error":{"message":"access token is invalid"}}' };
    return { body: JSON.stringify({ jsonrpc: '2.0', id: 'otklik', result: { data: calls.map(rowOf) } }) };
  },
};

function rowOf(call: PlayedCall) {
  const { direction, began, answered, isMachine } = call;
  const talk = answered !== null && !isMachine;
  const { call: id, line, client } = about(call);
  return {
    id,
    start_time: wall(began),
    finish_time: wall((answered ?? began) + 30_000),
    direction,
    is_lost: direction === 'in' && !talk,
    talk_duration: talk ? 30 : 0,
    wait_duration: talk ? Math.round((answered - began) / 1_000) : 20,
    virtual_phone_number: line,
    contact_phone_number: client,
    // All whose telephones rang.
    employees: [{ employee_id: 6 }, { employee_id: 7 }],
    first_answered_employee_id: talk ? 7 : null,
  };
}
