import type { PhoneScript, PlayedCall, Posting } from '../../testing/phoneProvider.ts';

const [SECRET, TOKEN] = ['the-crm-token-of-this-test', 'the-exchange-key-of-this-test'];

export const megafonPost = (fields: Readonly<Record<string, string>>): Posting => ({
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams({ ...fields, crm_token: SECRET }).toString(),
});

const basic = (at: number): string => `${new Date(at).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;

const history = ({ id, direction, client, began, answered, isMachine }: PlayedCall): Posting =>
  megafonPost({
    cmd: 'history',
    type: direction,
    status: answered === null ? 'missed' : 'Success',
    callid: id,
    phone: client,
    start: basic(began),
    wait: String(answered === null ? 0 : Math.round((answered - began) / 1_000)),
    duration: answered === null ? '0' : '30',
    ...(!isMachine && answered !== null && { user: 'ivanov' }),
  });

/** Events carry no time, so the contract plays the history that follows. */
export const megafonScript: PhoneScript = {
  yaml: ({ api }) =>
    `provider: megafon, secret: "${SECRET}", account: acme.megapbx.ru, token: "${TOKEN}", api_root: "${api}"`,
  rings: history,
  pickedUp: history,
  unknown: () => megafonPost({ cmd: 'telepathy', callid: 'x' }),
  api: ({ url, headers }, calls) => {
    if (headers['x-api-key'] !== TOKEN) return { status: 401, body: '{}' };
    if (url.pathname !== '/crmapi/v1/history/json') return null;
    const [start, end] = [url.searchParams.get('start') ?? '', url.searchParams.get('end') ?? ''];
    if (![start, end].every((time) => /^\d{8}T\d{6}Z$/.test(time))) return { status: 400, body: '{}' };
    const listed = calls.filter(({ began }) => basic(began) >= start);
    return { body: JSON.stringify(listed.map(rowOf)) };
  },
};

/** Without the exchange's key unheard posts are lost. */
export const blindMegafonScript: PhoneScript = {
  yaml: () => `provider: megafon, secret: "${SECRET}"`,
  rings: megafonScript.rings,
  pickedUp: megafonScript.pickedUp,
  unknown: megafonScript.unknown,
};

/** As in https://github.com/mikopbx/ModuleMegafonPbx, bin/synchCdr.php */
const rowOf = ({ id, direction, client, began, answered, isMachine }: PlayedCall) => ({
  uid: id,
  type: direction,
  status: answered === null ? 'missed' : 'success',
  client,
  ...(!isMachine && answered !== null && { user: 'ivanov' }),
  diversion: '74951234567',
  start: new Date(Math.floor(began / 1_000) * 1_000).toISOString().replace('.000Z', 'Z'),
  wait: answered === null ? 0 : Math.round((answered - began) / 1_000),
  duration: answered === null ? 0 : 30,
});
