import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HookWorld } from '../testing/hookWorld.ts';

const KEY = 'the-key-of-this-test-1';
const keyed = { path: `?key=${KEY}` };
const form = (fields: Readonly<Record<string, string>>) => new URLSearchParams(fields).toString();

describe('an SMS to us', () => {
  const world = () => new HookWorld(`kind: sms, key: ${KEY}`);

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
  ] as const)
    it(`is a turn: ${service}`, async () => {
      const sms = world();
      assert.equal(await sms.post(body, { ...keyed, headers }), 200);
      assert.deepEqual(sms.told(), ['message client +79991112233 77 11:00:00']);
    });

  it('is none when it is a report on an SMS of ours', async () => {
    const sms = world();
    assert.equal(await sms.post(form({ id: '5', phone: '79991112233', status: '1' }), keyed), 200);
    assert.deepEqual([sms.events, sms.faults], [[], []]);
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
