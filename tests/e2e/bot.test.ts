import assert from 'node:assert/strict';
import { until } from '@otklik/testing';
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
      await hears(boris.id, /Борис, you are set.*\n.*\n\n\/waits — who is waiting\n/);
      await telegram.until(
        () =>
          telegram
            .bot(BOT)
            .commands.some(({ description }) => description === 'Who is waiting for an answer'),
        8_000,
      );
      anna.writes(BOT, `/start ${code}`); // used: it links nobody else
      await hears(anna.id, /Код не подошёл/);

      anna.writes(BOT, '/away nonsense');
      await hears(anna.id, /до какого времени/);
      anna.writes(BOT, '/away 30m');
      await hears(anna.id, /Вы отошли до .*\nsite: отвечает Борис\.\nВернётесь/);
      await otklik.send('site', message('client', 't1', Date.now(), fromClient('Иван')));
      await hears(boris.id, /Иван is waiting for an answer/);
      assert.ok(!said(anna.id).some(({ text }) => text.includes('Иван')));

      anna.writes(BOT, '/back');
      await hears(anna.id, /С возвращением/);
      await otklik.send('site', message('client', 't2', Date.now(), fromClient('Ольга')));
      await hears(anna.id, /Ольга ждёт ответа/);

      anna.writes(BOT, '/waits');
      // Ivan is her deputy's to answer, and waits on her channel.
      const { text } = await hears(anna.id, /Ждут ответа: 2/);
      assert.match(text, /1\. ⏳ Иван · site · .*отвечает Борис\n.*\n2\. ⏳ Ольга · site/);
      anna.writes(BOT, '/away 1h');
      await hears(anna.id, /site: отвечает Борис\.\nОткрытых обращений, о которых пока спросим других: 1\./);
      anna.writes(BOT, '/back');
      anna.writes(BOT, '/stats');
      await hears(anna.id, /Ваши 7 дней\nОбращений: 1, с ответом: 0/);
      boris.writes(BOT, '/stats');
      await hears(boris.id, /Your 7 days\nRequests: 1/);
    });
  });

  it('/lang changes the language of all that I am told, and it lasts', async () => {
    await company(async (telegram, otklik) => {
      const anna = telegram.user({ id: 100001, firstName: 'Анна' });
      const heard = (words: RegExp) =>
        telegram.until(
          () => telegram.chat(BOT, anna.id).fromBot.find(({ text }) => words.test(text)),
          20_000,
        );
      anna.writes(BOT, '/lang de');
      await heard(/^\/lang ru — по-русски/);
      anna.writes(BOT, '/lang');
      await heard(/^From now on I write to you in English/);
      await otklik.send('site', message('client', 't1', Date.now(), fromClient('Иван')));
      await heard(/Иван is waiting for an answer/);
      await otklik.kill9();
      await otklik.startAgain();
      anna.writes(BOT, '/stats');
      await heard(/^Your 7 days/);
      anna.writes(BOT, '/lang ru');
      await heard(/^Теперь пишу вам по-русски/);
    });
  });

  it('a head lets somebody in by the bot, without a terminal; nobody else can', async () => {
    await company(async (telegram, otklik) => {
      const [anna, vera, boris] = [100001, 100003, 100002].map((id) =>
        telegram.user({ id, firstName: `Имя${id}` }),
      );
      assert.ok(anna && vera && boris);
      const heard = (id: number, words: RegExp) =>
        telegram.until(() => telegram.chat(BOT, id).fromBot.find(({ text }) => words.test(text)), 8_000);
      anna.writes(BOT, '/invite boris');
      await heard(anna.id, /^Подключать сотрудников может руководитель/);
      vera.writes(BOT, '/invite');
      await heard(vera.id, /^Кого подключить\?\n\/invite boris — Борис$/);
      vera.writes(BOT, '/invite Борис');
      const { text } = await heard(vera.id, /^Перешлите сотруднику \(Борис\): до /);
      boris.writes(BOT, `/start ${/\/start (\w{8})$/.exec(text)?.[1]}`);
      await heard(boris.id, /Борис, you are set/);
      const { body } = await otklik.api<{ items: { actor: string; action: string }[] }>('/audit');
      assert.ok(body.items.some(({ actor, action }) => actor === 'vera' && action === 'link_code'));
    });
  });

  it('/waits has everybody whom I am asked about, longest first, in pages; whoever is taken there comes as a card', async () => {
    await company(async (telegram, otklik) => {
      const [vera, anna] = [
        telegram.user({ id: 100003, firstName: 'Вера' }),
        telegram.user({ id: 100001, firstName: 'Анна' }),
      ];
      const list = (id: number) =>
        telegram.chat(BOT, id).fromBot.findLast(({ text }) => text.startsWith('⏳ Ждут ответа: 30 (здесь'));
      const began = Date.now();
      const clients = Array.from({ length: 30 }, (_, i) => i + 1);
      await otklik.send(
        'site',
        // The newest first: lists must sort by time.
        clients
          .map((n) => message('client', `t${n}`, began - 3_000 + n * 50, fromClient(`Клиент${n}`)))
          .reverse(),
      );
      const waits = async () =>
        (await otklik.api<{ items: unknown[] }>('/waits?state=open&limit=100')).body.items;
      await until(async () => (await waits()).length === 30, { timeoutMs: 20_000, what: 'all of them wait' });
      vera.writes(BOT, '/start');
      vera.writes(BOT, '/waits');
      const first = await telegram.until(() => list(vera.id), 8_000);
      const named = (text: string) => [...text.matchAll(/^\d+\. \S+ (Клиент\d+) /gm)].map(([, name]) => name);
      assert.deepEqual(
        named(first.text),
        clients.slice(0, 10).map((n) => `Клиент${n}`),
      );
      const press = (label: string) => {
        const shown = list(vera.id);
        const button = shown?.buttons.flat().find(({ text }) => text === label);
        assert.ok(shown && button && 'callback_data' in button, label);
        return vera.presses(BOT, shown.messageId, button.callback_data);
      };
      press('11–20 →');
      await telegram.until(() => list(vera.id)?.text.includes('здесь 11–20'), 8_000);
      press('21–30 →');
      await telegram.until(() => list(vera.id)?.text.includes('здесь 21–30'), 8_000);
      assert.deepEqual(
        named(list(vera.id)?.text ?? ''),
        clients.slice(20).map((n) => `Клиент${n}`),
      );

      const again = press('Обновить');
      assert.match((await telegram.until(() => again.answer, 8_000)).text ?? '', /^Верно на \d\d:\d\d:\d\d$/);
      const taken = press('Беру 25');
      assert.match((await telegram.until(() => taken.answer, 8_000)).text ?? '', /^Клиент за вами/);
      await telegram.until(
        () =>
          telegram.chat(BOT, vera.id).fromBot.some(({ text }) => text.startsWith('⏳ Клиент25 ждёт ответа')),
        8_000,
      );
      // A button of another's list opens nothing to a stranger.
      const stranger = telegram.user({ id: 100009, firstName: 'X' });
      stranger.writes(BOT, '/waits');
      await telegram.until(() => telegram.chat(BOT, stranger.id).fromBot.length === 1, 8_000);
      anna.writes(BOT, '/away 2h');
      anna.writes(BOT, '/waits');
      await telegram.until(() => list(anna.id), 8_000);
    });
  });
});
