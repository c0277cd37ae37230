import { createHash } from 'node:crypto';
import { type DialScript, FORM, fieldsOf, NUMBER } from '../../testing/dialScript.ts';

const SECRET = 'the-secret';
const KEY = '0123456789abcdef';

/** Hash over the values by name, then the key. Answers may be text/html. */
export const sipuniDialScript: DialScript = {
  yaml: (api) => `provider: sipuni, key: ${KEY}, account: "012345", secret: ${SECRET}, api_root: "${api}"`,
  from: '101',
  order: ({ method, url, headers, body }) => ({
    what: [`${method} ${url.pathname}${url.search}`, 'POST /api/callback/call_number'],
    type: [headers['content-type'], FORM],
    fields: [
      fieldsOf(body),
      {
        antiaon: '0',
        phone: NUMBER,
        reverse: '0',
        sipnumber: '101',
        user: '012345',
        hash: createHash('md5').update(`0+${NUMBER}+0+101+012345+${SECRET}`).digest('hex'),
      },
    ],
  }),
  taken: { body: '{"success":true,"id":"5f2c"}' },
  refused: { body: '{"success":false,"message":"Sip number not found"}' },
  why: /Sipuni не принимает вызов: Sip number not found/,
};
