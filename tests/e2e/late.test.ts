import assert from 'node:assert/strict';
import { until } from '@otklik/testing';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { message, type Otklik, type Receiver, startOtklik, startReceiver } from './otklik.ts';

const MINUTE = 60_000;

describe('what Otklik learns late', () => {
  let receiver: Receiver;
  let otklik: Otklik;
  beforeAll(async () => {
    receiver = await startReceiver();
    otklik = await startOtklik({
      env: { NOTIFY_SECRET: receiver.secret },
      config: `
version: 1
timezone: Europe/Moscow
people:
  - { id: anna, name: Анна, email: anna@example.ru }
  - { id: boris, name: Борис, email: boris@example.ru, away: ["2020-01-01..2090-01-01"] }
  - { id: dina, name: Дина, email: dina@example.ru }
  - { id: vera, name: Вера, role: head, email: vera@example.ru }
channels:
  - { id: site, kind: webhook, name: Сайт, owner: anna, deputies: [boris, dina], head: vera, secret: env:SITE_SECRET }
notify: { webhook: { url: "${receiver.url}", secret: env:NOTIFY_SECRET } }
`,
    });
  });
  afterAll(async () => {
    await otklik.stop();
    receiver.close();
  });

  const told = (client: string) =>
    receiver
      .steps(client)
      .map(({ data }) => [data.recipient, data.step, data.stage, data.late_reason])
      .sort();

  it('is told to everyone whom the missed steps would have asked and who is there, once, with the highest stage', async () => {
    // Before the clock's first look, lateness is our outage.
    const first = message('client', 'Пётр', Date.now(), {
      id: 'c-1/ended',
      kind: 'call',
      text: null,
      call: { direction: 'in', phase: 'ended', outcome: 'missed', talk_seconds: 0 },
    });
    await otklik.send('site', first);
    await until(() => told('Пётр').length > 0, { timeoutMs: 10_000, what: 'the clock runs' });
    await otklik.send('site', message('client', 'Иван', Date.now() - 12 * MINUTE));
    await otklik.send('site', message('client', 'Ольга', Date.now() - 6 * MINUTE));
    const everyone = (step: number, ...people: string[]) =>
      people.map((person) => [person, step, 'breached', 'delivery']);
    await until(() => told('Иван').length >= 3 && told('Ольга').length >= 2, {
      timeoutMs: 10_000,
      what: 'everyone is told',
    });
    assert.deepEqual(told('Иван'), everyone(3, 'anna', 'dina', 'vera'));
    assert.deepEqual(told('Ольга'), everyone(2, 'anna', 'dina'));
  });
});
