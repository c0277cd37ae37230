import { type DialScript, FORM, fieldsOf, NUMBER } from '../../testing/dialScript.ts';

const TOKEN = 'the-token';
const KEY = '0123456789abcdef';

/** Session first; digits only (a plus is UNALLOCATED_NUMBER); `status` "1" is success. */
export const onlinepbxDialScript: DialScript = {
  yaml: (api) =>
    `provider: onlinepbx, key: ${KEY}, account: acme.onpbx.ru, token: ${TOKEN}, api_root: "${api}"`,
  from: '101',
  before: ({ url, body }) => {
    if (url.pathname !== '/acme.onpbx.ru/auth.json') return null;
    return fieldsOf(body).auth_key === TOKEN
      ? { body: '{"status":"1","data":{"key_id":"id","key":"k"}}' }
      : { body: '{"status":"0","isNotAuth":true}' };
  },
  order: ({ method, url, headers, body }) => ({
    what: [`${method} ${url.pathname}${url.search}`, 'POST /acme.onpbx.ru/call/now.json'],
    type: [headers['content-type'], FORM],
    session: [headers['x-pbx-authentication'], 'id:k'],
    fields: [fieldsOf(body), { from: '101', to: NUMBER }],
  }),
  taken: { body: '{"status":"1","data":{"uuid":"abc-123"}}' },
  refused: { body: '{"status":"0","comment":"User not found"}' },
  why: /OnlinePBX не принимает вызов: User not found/,
};
