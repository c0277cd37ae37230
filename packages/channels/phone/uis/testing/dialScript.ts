import { type DialScript, NUMBER } from '../../testing/dialScript.ts';

const TOKEN = 'the-token';
const KEY = '0123456789abcdef';

/** Call API 4.0, `start.employee_call`. Refusals come with HTTP 200. */
export const uisDialScript: DialScript = {
  yaml: (api) =>
    `provider: uis, key: ${KEY}, token: ${TOKEN}, numbers: ["+7 (495) 123-45-67"], api_root: "${api}"`,
  from: '25',
  order: ({ method, url, headers, body }) => ({
    what: [`${method} ${url.pathname}${url.search}`, 'POST /v4.0'],
    type: [headers['content-type'], 'application/json'],
    json: [
      JSON.parse(body),
      {
        jsonrpc: '2.0',
        id: 'call-1',
        method: 'start.employee_call',
        params: {
          access_token: TOKEN,
          first_call: 'employee',
          direction: 'out',
          virtual_phone_number: '74951234567',
          contact: NUMBER,
          employee: { id: 25 },
          external_id: 'call-1',
        },
      },
    ],
  }),
  taken: { body: '{"jsonrpc":"2.0","id":"call-1","result":{"data":{"call_session_id":237859081}}}' },
  refused: {
    body: '{"jsonrpc":"2.0","id":"call-1","error":{"code":-32602,"message":"The phone number does not exist or inactive","data":{"mnemonic":"no_active_phone_number"}}}',
  },
  why: /UIS не принимает вызов: The phone number does not exist or inactive/,
};
