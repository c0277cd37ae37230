import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { type FakeTelegram, startFakeTelegram } from '../fakes/telegram/startFakeTelegram.ts';
import { message, type Otklik, startOtklik } from './otklik.ts';

const BOT = '700001:staff';
const config = (telegram: FakeTelegram) => `
version: 1
people:
  - { id: anna, name: Анна, telegram: 100001 }
  - { id: boris, name: Борис, locale: en }
  - { id: vera, name: Вера, role: head, telegram: 100003 }
policies: { default: { warn: 1s, breach: 1m } }
channels:
  - { id: site, kind: webhook, owner: anna, deputies: [boris], head: vera, secret: env:SITE_SECRET }
notify: { telegram: { token: "${BOT}", api_root: "${telegram.apiRoot}" } }
`;

const fromClient = (name: string) => ({ from: { side: 'client', id: name, name } });

async function company(run: (telegram: FakeTelegram, otklik: Otklik) => Promise<void>): Promise<void> {
  const telegram = await startFakeTelegram();
  telegram.addBot(BOT);
  const otklik = await startOtklik({ config: config(telegram) });
  try {
    await run(telegram, otklik);
    assert.deepEqual(telegram.violations, []);
  } finally {
    await otklik.stop();
    await telegram.close();
  }
}

describe('the owner’s bot', () => {
  it('/away leaves new waits to the deputy, who was linked by a one-time code; /back takes them again', async () => {
    await company(async (telegram, otklik) => {
      const anna = telegram.user({ id: 100001, firstName: 'Анна' });
      const boris = telegram.user({ id: 100002, firstName: 'Boris' });
      const said = (id: number) => telegram.chat(BOT, id).fromBot;
      const hears = (id: number, words: RegExp) =>
        telegram.until(() => said(id).find(({ text }) => words.test(text)), 8_000);

      boris.writes(BOT, '/start WRONGKEY');
      await hears(boris.id, /Код не подошёл/);
      const { code } = (await otklik.api<{ code: string }>('/people/boris/link-code', { method: 'POST' }))
        .body;
      boris.writes(BOT, `/start ${code}`);
      await hears(boris.id, /Борис, you are set/);
      anna.writes(BOT, `/start ${code}`); // used: it links nobody else
      await hears(anna.id, /Код не подошёл/);

      anna.writes(BOT, '/away nonsense');
      await hears(anna.id, /до какого времени/);
      anna.writes(BOT, '/away 30m');
      await hears(anna.id, /Вы отошли до/);
      await otklik.send('site', message('client', 't1', Date.now(), fromClient('Иван')));
      await hears(boris.id, /Иван is waiting for an answer/);
      assert.ok(!said(anna.id).some(({ text }) => text.includes('Иван')));

      anna.writes(BOT, '/back');
      await hears(anna.id, /С возвращением/);
      await otklik.send('site', message('client', 't2', Date.now(), fromClient('Ольга')));
      await hears(anna.id, /Ольга ждёт ответа/);

      anna.writes(BOT, '/waits');
      await hears(anna.id, /Ждут ответа:\n.*Ольга/);
      anna.writes(BOT, '/stats');
      await hears(anna.id, /Ваши 7 дней\nОбращений: 1, с ответом: 0/);
      boris.writes(BOT, '/stats');
      await hears(boris.id, /Your 7 days\nRequests: 1/);
    });
  });
});
