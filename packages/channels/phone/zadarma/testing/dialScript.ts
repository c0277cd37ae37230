import { createHash, createHmac } from 'node:crypto';
import { type DialScript, NUMBER } from '../../testing/dialScript.ts';

const ACCOUNT = 'the-account';
const SECRET = 'the-secret';

/** https://zadarma.com/en/support/api/#api_callback and the provider's user-api-v1 (Client.php). */
export const zadarmaDialScript: DialScript = {
  yaml: (api) => `provider: zadarma, account: ${ACCOUNT}, secret: ${SECRET}, api_root: "${api}"`,
  from: '101',
  order: ({ method, url, headers, body }) => {
    const query = `from=101&sip=101&to=${NUMBER}`;
    const text = `/v1/request/callback/${query}${createHash('md5').update(query).digest('hex')}`;
    const sign = Buffer.from(createHmac('sha1', SECRET).update(text).digest('hex')).toString('base64');
    return {
      what: [`${method} ${url.pathname}${url.search}`, `GET /v1/request/callback/?${query}`],
      authorization: [headers.authorization, `${ACCOUNT}:${sign}`],
      body: [body, ''],
    };
  },
  taken: { body: `{"status":"success","from":"101","to":"${NUMBER}","time":1795417200}` },
  refused: { status: 400, body: '{"status":"error","message":"Wrong Params: from"}' },
  why: /Zadarma не принимает вызов: Wrong Params: from/,
};
