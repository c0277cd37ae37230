import assert from 'node:assert/strict';
import { until } from '@otklik/testing';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { type FakeTelegram, startFakeTelegram } from '../fakes/telegram/startFakeTelegram.ts';
import { type Otklik, type Receiver, startOtklik, startReceiver } from './otklik.ts';

interface Cadence {
  readonly id: string;
  readonly client: string;
  readonly state: string;
  readonly day: number;
  readonly phone: string | null;
  readonly end_reason: string | null;
  readonly next: { readonly at: string; readonly do: string } | null;
  readonly attempts: readonly { day: number; do: string; outcome: string | null; by: string | null }[];
}

/** Five days of two seconds each. */
const CONFIG = (receiver: Receiver) => `
version: 1
locale: ru
timezone: Europe/Moscow
people:
  - { id: anna, name: Анна }
  - { id: vera, name: Вера, role: head }
channels: [{ id: line, kind: webhook, owner: anna, head: vera, secret: env:SITE_SECRET }]
cadence: { day_length: 2s, same_day: 1s..2s }
notify: { webhook: { url: "${receiver.url}", secret: ${receiver.secret} } }
`;

let count = 0;
const call = (phone: string, direction: 'in' | 'out', outcome: string, talk = 0) => {
  count += 1;
  return {
    id: `c-${count}/ended`,
    thread: phone,
    at: new Date().toISOString(),
    from: direction === 'in' ? { side: 'client', phone } : { side: 'employee', id: 'anna' },
    kind: 'call',
    text: null,
    call: { direction, phase: 'ended', outcome, talk_seconds: talk },
  };
};

describe('a client who could not be reached', () => {
  let receiver: Receiver;
  let otklik: Otklik;
  beforeAll(async () => {
    receiver = await startReceiver();
    otklik = await startOtklik({ config: CONFIG(receiver) });
  });
  afterAll(async () => {
    await otklik.stop();
    receiver.close();
  });

  const cadenceOf = async (phone: string) =>
    (await otklik.api<{ items: Cadence[] }>('/cadences')).body.items.find((each) => each.phone === phone);
  const told = (type: string, phone: string) =>
    receiver.arrived.filter((notice) => notice.type === type && notice.data.client === phone);
  /** They called, nobody picked up; we called back in vain. */
  const missed = async (phone: string) => {
    await otklik.send('line', call(phone, 'in', 'missed'));
    await otklik.send('line', call(phone, 'out', 'no_answer'));
    return until(() => cadenceOf(phone), { timeoutMs: 10_000, what: 'the plan has begun' });
  };
  const ended = (phone: string) =>
    until(() => told('cadence.ended', phone)[0], { timeoutMs: 10_000, what: 'the plan has ended' });

  it('goes through the whole plan, each attempt once, and stays under control until a person lets go', async () => {
    const phone = '+79160000001';
    const begun = await missed(phone);
    assert.deepEqual([begun.state, begun.end_reason], ['running', null]);
    const control = await until(
      async () => {
        const cadence = await cadenceOf(phone);
        return cadence?.state === 'control' ? cadence : undefined;
      },
      { timeoutMs: 30_000, what: 'the lead is under control' },
    );
    assert.deepEqual(
      control.attempts.map(({ day, do: action, outcome }) => [day, action, outcome]),
      [
        [1, 'call', 'not_made'],
        [1, 'task', 'created'],
        [2, 'call', 'not_made'],
        [2, 'message', null],
        [3, 'call', 'not_made'],
        [3, 'email_or_sms', null],
        [4, 'return_to_source', null],
        [4, 'task', 'created'],
        [4, 'control', 'created'],
      ],
    );
    assert.equal(control.next, null);
    const asked = () =>
      told('cadence.attempt', phone)
        .filter(({ data }) => data.outcome !== 'not_made')
        .map(({ data }) => `${data.day} ${data.do}`);
    await until(() => asked().length >= 9, { timeoutMs: 10_000, what: 'every attempt is told' });
    assert.deepEqual(asked(), [
      '1 call',
      '1 task',
      '2 call',
      '2 message',
      '3 call',
      '3 email_or_sms',
      '4 return_to_source',
      '4 task',
      '4 control',
    ]);
    const [first] = told('cadence.attempt', phone);
    assert.equal(first?.data.cadence, begun.id);
    const released = await otklik.api<Cadence>(`/cadences/${begun.id}/release`, {
      method: 'POST',
      body: { reason: 'Номер неверный' },
    });
    assert.deepEqual(
      [released.status, released.body.state, released.body.end_reason],
      [200, 'ended', 'released'],
    );
    assert.equal((await ended(phone)).data.reason, 'released');
    const again = await otklik.api(`/cadences/${begun.id}/reached`, { method: 'POST' });
    assert.equal(again.status, 409);
  });

  it('is left alone once they turn up, and is waited for like any client', async () => {
    const phone = '+79160000002';
    const { id } = await missed(phone);
    await otklik.send('line', call(phone, 'in', 'missed'));
    assert.deepEqual((({ cadence, reason }) => ({ cadence, reason }))((await ended(phone)).data), {
      cadence: id,
      reason: 'client_turned_up',
    });
    const before = told('cadence.attempt', phone).length;
    const { body } = await otklik.api<{ items: { client: string }[] }>('/waits?state=open');
    assert.ok(body.items.some(({ client }) => client === phone));
    // The other clients' plans go on meanwhile: a day later nothing more has been asked about this one.
    const other = await missed('+79160000003');
    await until(async () => (await cadenceOf('+79160000003'))?.day === 2, {
      timeoutMs: 10_000,
      what: 'a day',
    });
    assert.equal(told('cadence.attempt', phone).length, before);
    await otklik.api(`/cadences/${other.id}/release`, { method: 'POST', body: { reason: 'конец' } });
  });

  it('is reached by the call of the plan, by what the line tells', async () => {
    const phone = '+79160000004';
    await missed(phone);
    await until(() => told('cadence.attempt', phone)[0], {
      timeoutMs: 10_000,
      what: 'the call is asked for',
    });
    await otklik.send('line', call(phone, 'out', 'answered', 40));
    assert.equal((await ended(phone)).data.reason, 'reached');
    const cadence = await cadenceOf(phone);
    assert.deepEqual(
      cadence?.attempts.filter(({ do: action }) => action === 'call').map(({ outcome, by }) => [outcome, by]),
      [['reached', 'anna']],
    );
  });

  it('whose call was made in vain again is tried on the next day', async () => {
    const phone = '+79160000005';
    const { id } = await missed(phone);
    await until(() => told('cadence.attempt', phone)[0], {
      timeoutMs: 10_000,
      what: 'the call is asked for',
    });
    await otklik.send('line', call(phone, 'out', 'busy'));
    await until(() => told('cadence.attempt', phone).some(({ data }) => data.outcome === 'not_reached'), {
      timeoutMs: 10_000,
      what: 'it was made in vain',
    });
    await until(async () => (await cadenceOf(phone))?.day === 2, { timeoutMs: 10_000, what: 'the next day' });
    assert.equal((await otklik.api(`/cadences/${id}/reached`, { method: 'POST' })).status, 200);
    assert.equal((await ended(phone)).data.reason, 'reached');
  });

  it('keeps each attempt once over a kill', async () => {
    const phone = '+79160000006';
    await missed(phone);
    await until(() => told('cadence.attempt', phone)[0], { timeoutMs: 10_000, what: 'the first attempt' });
    await otklik.kill9();
    await otklik.startAgain();
    const control = await until(
      async () => {
        const cadence = await cadenceOf(phone);
        return cadence?.state === 'control' ? cadence : undefined;
      },
      { timeoutMs: 30_000, what: 'the plan is over' },
    );
    assert.equal(control.attempts.length, 9);
  });
});

describe('under a ping of the call-back plan', () => {
  const STAFF_BOT = '700003:staff';
  const ANNA = 100_001;
  let telegram: FakeTelegram;
  let otklik: Otklik;
  let anna: ReturnType<FakeTelegram['user']>;
  beforeAll(async () => {
    telegram = await startFakeTelegram();
    telegram.addBot(STAFF_BOT);
    anna = telegram.user({ id: ANNA, firstName: 'Анна' });
    anna.writes(STAFF_BOT, '/start');
    otklik = await startOtklik({
      config: `
version: 1
locale: ru
timezone: Europe/Moscow
people: [{ id: anna, name: Анна, telegram: ${ANNA} }]
channels: [{ id: line, name: Телефон, kind: webhook, owner: anna, secret: env:SITE_SECRET }]
cadence: { day_length: 20s, same_day: 1s..2s }
notify: { telegram: { token: "${STAFF_BOT}", api_root: "${telegram.apiRoot}" } }
`,
    });
  });
  afterAll(async () => {
    await otklik.stop();
    await telegram.close();
  });

  const said = (words: RegExp) => telegram.chat(STAFF_BOT, ANNA).fromBot.find(({ text }) => words.test(text));

  it('are buttons by which its reader says what became of the call', async () => {
    const phone = '+79160000009';
    await otklik.send('line', call(phone, 'in', 'missed'));
    await otklik.send('line', call(phone, 'out', 'no_answer'));
    const ping = await telegram.until(() => said(/^📞 Пора перезвонить: /), 15_000);
    assert.match(
      ping.text,
      /Телефон · день 1\nПозвонить: \+79160000009\nСначала спросите, удобно ли сейчас говорить\./,
    );
    const press = async (text: string) => {
      const button = ping.buttons.flat().find((each) => each.text === text);
      assert.ok(button && 'callback_data' in button, text);
      const pressed = anna.presses(STAFF_BOT, ping.messageId, button.callback_data);
      return (await telegram.until(() => pressed.answer, 8_000)).text;
    };
    assert.equal(await press('Не дозвонился'), 'Отметили: не дозвонились. Дальше — по плану.');
    assert.equal(await press('Дозвонился'), 'Отметили: дозвонились. План звонков завершён.');
    assert.equal(await press('Дозвонился'), 'План звонков этому клиенту уже завершён.');
    const { body } = await otklik.api<{ items: Cadence[] }>('/cadences?state=ended');
    assert.deepEqual(
      body.items.map(({ end_reason, attempts }) => [end_reason, attempts[0]?.outcome, attempts[0]?.by]),
      [['reached', 'not_reached', 'anna']],
    );
  });
});
