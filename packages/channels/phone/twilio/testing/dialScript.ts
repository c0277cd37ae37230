import { type DialScript, FORM, fieldsOf, NUMBER } from '../../testing/dialScript.ts';

const SECRET = 'the-secret';

/** 201 with the call; refusals are HTTP 400 with code and message. */
export const twilioDialScript: DialScript = {
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
