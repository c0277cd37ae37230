import type { DialScript } from '../../testing/dialScript.ts';

const TOKEN = 'the-token';
const KEY = '0123456789abcdef';

/** «Совершает звонок от имени абонента»: identifier, mobile or extension; number in ten digits. */
export const beelineDialScript: DialScript = {
  yaml: (api) => `provider: beeline, key: ${KEY}, token: ${TOKEN}, api_root: "${api}"`,
  from: '9000000101',
  order: ({ method, url, headers, body }) => ({
    what: [
      `${method} ${url.pathname}${url.search}`,
      'POST /apis/portal/abonents/9000000101/call?phoneNumber=9160000001',
    ],
    token: [headers['x-mpbx-api-auth-token'], TOKEN],
    body: [body, ''],
  }),
  taken: { body: '"callhalf-1:0"' },
  refused: { status: 404, body: '{"errorCode":"AbonentNotFound","description":"Абонент не найден"}' },
  why: /Билайн не принимает вызов: Абонент не найден/,
};
