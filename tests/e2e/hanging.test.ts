import assert from 'node:assert/strict';
import { it } from 'vitest';
import { startFakeTelegram } from '../fakes/telegram/startFakeTelegram.ts';
import { message, startOtklik } from './otklik.ts';

const BOT = '700001:staff';
/** A hanging call is given up after ten seconds. */
const SOON_MS = 6_000;

it('a chat that hangs holds up no other: neither its edits nor what the bot has to say', async () => {
  const telegram = await startFakeTelegram();
  telegram.addBot(BOT);
  const otklik = await startOtklik({
    config: `
version: 1
people:
  - { id: anna, name: Анна, telegram: 100001 }
  - { id: vera, name: Вера, role: head, telegram: 100003 }
policies: { default: { warn: 1s, breach: 10m, steps: [{ at: 1s, notify: [owner, head] }] } }
channels:
  - { id: site, kind: webhook, owner: anna, head: vera, secret: env:SITE_SECRET }
notify: { telegram: { token: "${BOT}", api_root: "${telegram.apiRoot}" } }
`,
  });
  try {
    const people = [100001, 100003].map((id) => telegram.user({ id, firstName: `Имя${id}` }));
    const told = (id: number, words: RegExp) =>
      telegram.chat(BOT, id).fromBot.some(({ text }) => words.test(text));
    for (const person of people) person.writes(BOT, '/start');
    await telegram.until(() => people.every(({ id }) => told(id, /всё готово/)), 10_000);

    await otklik.send(
      'site',
      message('client', 't1', Date.now(), { from: { side: 'client', id: 'c', name: 'Иван' } }),
    );
    await telegram.until(() => people.every(({ id }) => told(id, /Иван ждёт ответа/)), 10_000);
    telegram.failNext('editMessageText', { hang: true });
    await otklik.send('site', message('employee', 't1', Date.now()));
    await telegram.until(() => people.some(({ id }) => told(id, /^✅ Отвечено за/)), SOON_MS);

    const [first, second] = people;
    assert.ok(first && second);
    telegram.failNext('sendMessage', { hang: true });
    first.writes(BOT, '/stats');
    second.writes(BOT, '/stats');
    const heard = () => people.filter(({ id }) => told(id, /7 дней/)).length;
    await telegram.until(() => heard() === 1, SOON_MS);
    assert.deepEqual(telegram.violations, []);
  } finally {
    await otklik.stop();
    await telegram.close();
  }
});
