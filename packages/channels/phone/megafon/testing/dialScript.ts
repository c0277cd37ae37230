import { type DialScript, FORM, fieldsOf, NUMBER } from '../../testing/dialScript.ts';

const SECRET = 'the-secret';
const TOKEN = 'the-token';

/** REST `makeCall`: the call id as plain text, refusals as HTTP 400. */
export const megafonDialScript: DialScript = {
  yaml: (api) =>
    `provider: megafon, secret: ${SECRET}, account: acme.megapbx.ru, token: ${TOKEN}, api_root: "${api}"`,
  from: 'ivanov',
  order: ({ method, url, headers, body }) => ({
    what: [`${method} ${url.pathname}${url.search}`, 'POST /sys/crm_api.wcgp'],
    type: [headers['content-type'], FORM],
    fields: [fieldsOf(body), { cmd: 'makeCall', user: 'ivanov', phone: NUMBER, token: TOKEN }],
  }),
  taken: { body: 'c0ffee' },
  refused: { status: 400, body: '{"error":"Invalid parameters: [user]"}' },
  why: /МегаФон ВАТС не принимает вызов: Invalid parameters: \[user\]/,
};
