import { createHash, createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

export interface DialRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface DialAnswer {
  readonly status?: number;
  readonly body: string;
}

/** How one exchange takes a call that is ordered from +7 916 000-00-01 for the colleague `from`, whose call has the id `call-1`. */
export interface DialScript {
  readonly yaml: (api: string) => string;
  readonly from: string;
  /** Its answer to whatever comes before the order itself; null: it is the order. */
  before?(request: DialRequest): DialAnswer | null;
  /** Whether the order is as the exchange wants it, signature and all: what is different else. */
  order(request: DialRequest): Readonly<Record<string, readonly [got: unknown, wanted: unknown]>>;
  readonly taken: DialAnswer;
  /** The colleague has no such telephone. */
  readonly refused: DialAnswer;
  /** What the person is told then. */
  readonly why: RegExp;
}

const NUMBER = '79160000001';
const FORM = 'application/x-www-form-urlencoded;charset=UTF-8';
const [ACCOUNT, SECRET, TOKEN, KEY] = ['the-account', 'the-secret', 'the-token', '0123456789abcdef'];
const fieldsOf = (text: string) => Object.fromEntries(new URLSearchParams(text));

/** API 1.9, § «Инициирование вызова от имени сотрудника»; the signature is over the JSON as it goes (§ 2.4.3). */
const mango: DialScript = {
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

/** https://zadarma.com/en/support/api/#api_callback and the provider's own library, user-api-v1 (Client.php). */
const zadarma: DialScript = {
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

/** Call API 4.0, `start.employee_call`. Refusals come with HTTP 200. */
const uis: DialScript = {
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

/** The exchange's REST API, `makeCall`: the call's id as plain text, refusals as HTTP 400 with `error`. */
const megafon: DialScript = {
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

/** «Совершает звонок от имени абонента»: identifier, mobile number or extension; the number in ten digits. */
const beeline: DialScript = {
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

/** The hash is over the values in the order of their names, then the key. Content-Type of its answers may be text/html. */
const sipuni: DialScript = {
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

/** A session first; both numbers in digits (a plus is UNALLOCATED_NUMBER); `status` "1" is success. */
const onlinepbx: DialScript = {
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

/** Calls resource: 201 with the call, refusals as HTTP 400 with code and message. */
const twilio: DialScript = {
  yaml: (api) =>
    `provider: twilio, account: AC1, secret: ${SECRET}, numbers: ["+74951234567"], api_root: "${api}"`,
  from: 'sip:101@acme.sip.twilio.com',
  order: ({ method, url, headers, body }) => ({
    what: [`${method} ${url.pathname}${url.search}`, 'POST /2010-04-01/Accounts/AC1/Calls.json'],
    type: [headers['content-type'], FORM],
    authorization: [headers.authorization, `Basic ${Buffer.from(`AC1:${SECRET}`).toString('base64')}`],
    fields: [
      fieldsOf(body),
      {
        To: 'sip:101@acme.sip.twilio.com',
        From: '+74951234567',
        Timeout: '30',
        Twiml: `<Response><Dial callerId="+74951234567"><Number statusCallback="https://otklik.example.ru/hooks/line?dial=sip%3A101%40acme.sip.twilio.com" statusCallbackEvent="ringing answered completed">+${NUMBER}</Number></Dial></Response>`,
      },
    ],
  }),
  taken: { status: 201, body: '{"sid":"CA1","status":"queued"}' },
  refused: { status: 400, body: '{"code":21211,"message":"Invalid \'To\' Phone Number","status":400}' },
  why: /Twilio не принимает вызов: Invalid 'To' Phone Number/,
};

export const DIAL_SCRIPTS: Readonly<Record<string, DialScript>> = {
  'Mango Office': mango,
  Zadarma: zadarma,
  UIS: uis,
  МегаФон: megafon,
  Билайн: beeline,
  Sipuni: sipuni,
  OnlinePBX: onlinepbx,
  Twilio: twilio,
};
