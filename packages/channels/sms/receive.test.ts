import assert from 'node:assert/strict';
import { foldPolicyOf, foldWaits, handlesOf } from '@otklik/domain';
import { describe, it } from 'vitest';
import { contractConfig } from '../testing/contractConfig.ts';
import { HookDeps } from '../testing/hookWorld.ts';

const KEY = 'the-key-of-this-test-1';
const keyed = { path: `?key=${KEY}` };
const form = (fields: Readonly<Record<string, string>>) => new URLSearchParams(fields).toString();

describe('an SMS to us', () => {
  const world = () => new HookDeps(`kind: sms, key: ${KEY}`);

  for (const [service, body, headers] of [
    [
      'SMSC',
      form({
        id: '77',
        phone: '79991112233',
        mes: 'Когда привезёте?',
        to: '79161234567',
        time: '1795431600',
      }),
      {},
    ],
    [
      'SMS Aero',
      JSON.stringify({ id: 77, number: '79991112233', text: 'Когда привезёте?', date: 1795431600 }),
      { 'content-type': 'application/json' },
    ],
    [
      'Exolve',
      JSON.stringify({
        message_id: '77',
        sender: '79991112233',
        text: 'Когда привезёте?',
        timestamp: 1795431600,
      }),
      { 'content-type': 'application/json' },
    ],
    // https://www.twilio.com/docs/messaging/guides/webhook-request
    [
      'Twilio',
      form({
        ToCountry: 'RU',
        SmsMessageSid: '77',
        NumMedia: '0',
        SmsSid: '77',
        SmsStatus: 'received',
        Body: 'Когда привезёте?',
        To: '+79161234567',
        NumSegments: '1',
        MessageSid: '77',
        AccountSid: 'AC1',
        From: '+79991112233',
        ApiVersion: '2010-04-01',
      }),
      { 'content-type': 'application/x-www-form-urlencoded' },
    ],
  ] as const)
    it(`is a turn: ${service}`, async () => {
      const sms = world();
      assert.ok([200, 204].includes(await sms.post(body, { ...keyed, headers })));
      assert.deepEqual(sms.told(), ['message client +79991112233 77 11:00:00']);
    });

  it('is not answered by a text, which Twilio would send to the client', async () => {
    const sms = world();
    const body = form({ From: '+79991112233', Body: '', NumMedia: '1', MessageSid: 'MM1' });
    assert.equal(await sms.post(body, keyed), 204);
    assert.equal(sms.answer, '');
    const [picture] = sms.events;
    assert.deepEqual([picture?.side, picture?.kind === 'message' && picture.text], ['client', null]);
  });

  it('gives the provider’s time, of a clock that says which', async () => {
    for (const [field, time] of [
      ['time', '1795428000'],
      ['ts', '1795428000'],
      ['date', '2026-11-23T10:00:00+00:00'],
    ] as const) {
      const sms = world();
      await sms.post(form({ id: '1', phone: '79991112233', mes: 'а', [field]: time }), keyed);
      assert.deepEqual(sms.told(), ['message client +79991112233 1 10:00:00']);
    }
    const sms = world();
    await sms.post(form({ id: '1', phone: '79991112233', mes: 'а', time: '23.11.2026 10:00:00' }), keyed);
    assert.equal(sms.events[0]?.atSource, 'arrival');
  });

  it('that asks for no more of them is a turn like any other (S5)', async () => {
    for (const mes of ['СТОП', 'STOP', 'Отписаться']) {
      const sms = world();
      await sms.post(form({ id: '1', phone: '79991112233', mes }), keyed);
      assert.deepEqual(sms.waits(), ['+79991112233 11:00:00 waits']);
    }
  });

  it('is closed by a call to its number: nothing else is told of our side', async () => {
    const sms = world();
    await sms.post(form({ id: '1', phone: '8 (999) 111-22-33', mes: 'Когда?' }), keyed);
    const line = new HookDeps('kind: phone, provider: uis, key: the-key-of-this-test-1');
    const call = { at: 1795431600, call: 2, line: '74951234567', client: '79991112233', employee: '101' };
    await line.post({ event: 'out_answered', ...call }, keyed);
    const [asked, called] = [sms.events[0], line.events[0]];
    assert.ok(asked && called);
    const phone = [{ kind: 'phone', value: '+79991112233' }];
    assert.deepEqual([handlesOf(asked), handlesOf(called)], [phone, phone], 'so that they are one client');
    const config = contractConfig(`
version: 1
people: [{ id: olga, name: Ольга }]
channels:
  - { id: sms, kind: sms, owner: olga, key: ${KEY} }
  - { id: line, kind: phone, provider: uis, owner: olga, key: ${KEY} }
`);
    const [wait, ...others] = foldWaits(
      [
        { ...asked, channel: 'sms' },
        { ...called, receivedIndex: 1 },
      ],
      foldPolicyOf(config),
    );
    assert.deepEqual([wait?.channel, wait?.end?.outcome, others], ['sms', 'answered', []]);
  });

  it('is none when it is a report on an SMS of ours, even one that repeats our words', async () => {
    for (const report of [
      { id: '5', phone: '79991112233', status: '1' },
      { id: '5', number: '79991112233', text: 'Ваш заказ готов', status: '1', extendStatus: 'delivery' },
      { message_id: '5', sender: 'ACME', text: 'Ваш заказ готов', direction: 'OUTGOING' },
      { MessageSid: 'SM5', MessageStatus: 'delivered', From: '+79161234567', To: '+79991112233' },
    ] as const) {
      const sms = world();
      const status = await sms.post(form(report), keyed);
      assert.ok(status === 200 || status === 204);
      assert.deepEqual([sms.events, sms.faults], [[], []]);
    }
  });

  it('is refused without the key, and kept aside when it is none', async () => {
    const sms = world();
    assert.equal(await sms.post(form({ phone: '79991112233', mes: 'Привет' })), 401);
    assert.equal(await sms.post('%%%', keyed), 200);
    assert.equal(sms.faults.length, 1);
    assert.equal(await sms.postSample(), 200);
    assert.equal(sms.events.length, 1);
  });
});
