import { createHash } from 'node:crypto';
import { type DialScript, FORM, fieldsOf, NUMBER } from '../../testing/dialScript.ts';

const ACCOUNT = 'the-account';
const SECRET = 'the-secret';

/** API 1.9, § «Инициирование вызова от имени сотрудника»; the signature covers the JSON as sent (§ 2.4.3). */
export const mangoDialScript: DialScript = {
  yaml: (api) => `provider: mango, account: ${ACCOUNT}, secret: ${SECRET}, api_root: "${api}"`,
  from: '101',
  order: ({ method, url, headers, body }) => {
    const { json = '', ...rest } = fieldsOf(body);
    const sign = createHash('sha256').update(`${ACCOUNT}${json}${SECRET}`).digest('hex');
    return {
      what: [`${method} ${url.pathname}${url.search}`, 'POST /vpbx/commands/callback'],
      type: [headers['content-type'], FORM],
      fields: [rest, { vpbx_api_key: ACCOUNT, sign }],
      json: [JSON.parse(json), { command_id: 'call-1', from: { extension: '101' }, to_number: NUMBER }],
    };
  },
  taken: { body: '{"result":1000}' },
  refused: { body: '{"result":3103}' },
  why: /Mango Office не принимает вызов \(код 3103\)/,
};
