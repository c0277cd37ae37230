import assert from 'node:assert/strict';
import { until } from '@otklik/testing';
import { it } from 'vitest';
import { message, startOtklik } from '../e2e/otklik.ts';
import { startFakeTelegram } from '../fakes/telegram/startFakeTelegram.ts';

const BOT = '700001:staff';

it('after an outage each person gets one message, of each wait its highest step, with the reason why it is late', async () => {
  const telegram = await startFakeTelegram();
  telegram.addBot(BOT);
  const otklik = await startOtklik({
    config: `
version: 1
people:
  - { id: anna, name: Анна, telegram: 100001 }
  - { id: vera, name: Вера, role: head, telegram: 100003 }
policies:
  default: { warn: 2s, breach: 3s, steps: [{ at: 2s, notify: [owner] }, { at: 3s, notify: [owner] }, { at: 4s, notify: [head] }] }
channels:
  - { id: site, kind: webhook, name: Сайт, owner: anna, head: vera, secret: env:SITE_SECRET }
notify: { telegram: { token: "${BOT}", api_root: "${telegram.apiRoot}" } }
`,
  });
  try {
    const people = [100001, 100003].map((id) => telegram.user({ id, firstName: 'x' }));
    for (const user of people) user.writes(BOT, '/start');
    const chat = (id: number) => telegram.chat(BOT, id).fromBot;
    await until(() => people.every(({ id }) => chat(id).length === 1), { what: 'the greetings' });
    const asked = Date.now();
    const clients = ['Иван', 'Ольга', 'Пётр', 'Мария'];
    const sent = await otklik.send(
      'site',
      clients.map((name) => message('client', name, asked)),
    );
    assert.equal(sent.status, 202);
    await otklik.kill9();
    await until(() => Date.now() > asked + 6_000, { timeoutMs: 8_000, what: 'all steps are overdue' });
    assert.ok(
      people.every(({ id }) => chat(id).length === 1),
      'nothing was sent before',
    );
    await otklik.startAgain();
    for (const { id } of people) {
      const list = await telegram.until(
        () => chat(id).find(({ text }) => text.startsWith('🔴 Ждут ответа: 4')),
        35_000,
      );
      for (const name of clients) assert.match(list.text, new RegExp(`🔴 ${name} · Сайт`));
      assert.match(list.text, /Напоминание опоздало на 0:\d\d: «Отклик» не работал\./);
    }
    type Timeline = { timeline: { type: string; step?: number; skipped?: boolean }[] };
    const { items } = (await otklik.api<{ items: { id: string }[] }>('/waits?state=open')).body;
    for (const { id } of items) {
      const { timeline } = (await otklik.api<Timeline>(`/waits/${id}`)).body;
      assert.deepEqual(
        timeline.filter(({ type }) => type === 'step').map(({ step, skipped }) => [step, skipped]),
        [
          [1, true],
          [2, true],
          [3, false],
        ],
      );
    }
    for (const { id } of people) {
      const texts = chat(id).map(({ text }) => text);
      assert.equal(texts.length, 2, `one message after the greeting: ${JSON.stringify(texts)}`);
    }
    assert.deepEqual(telegram.violations, []);
  } finally {
    await otklik.stop();
    await telegram.close();
  }
});
