import assert from 'node:assert/strict';
import { it } from 'vitest';
import { startFakeTelegram } from '../fakes/telegram/startFakeTelegram.ts';
import { startOtklik } from './otklik.ts';

const CLIENTS_BOT = '700001:clients';
const STAFF_BOT = '700002:staff';
const ANNA = 100001;
const SOON_MS = 10_000;

it('a photo in the reply goes nowhere, and an edit after it went out does not reach the client: the owner is told', async () => {
  const telegram = await startFakeTelegram();
  telegram.addBot(CLIENTS_BOT);
  telegram.addBot(STAFF_BOT);
  const otklik = await startOtklik({
    config: `
version: 1
people: [{ id: anna, name: Анна, telegram: ${ANNA} }]
policies: { default: { warn: 1s, breach: 30m } }
channels:
  - { id: bot, kind: telegram, name: Наш бот, owner: anna, token: "${CLIENTS_BOT}", api_root: "${telegram.apiRoot}" }
notify: { telegram: { token: "${STAFF_BOT}", api_root: "${telegram.apiRoot}" } }
`,
  });
  try {
    const anna = telegram.user({ id: ANNA, firstName: 'Анна' });
    const client = telegram.user({ id: 800_001, firstName: 'Иван' });
    const told = () => telegram.chat(STAFF_BOT, ANNA).fromBot;
    const hears = (words: RegExp) =>
      telegram.until(() => told().find(({ text }) => words.test(text)), SOON_MS);
    const toClient = () => telegram.chat(CLIENTS_BOT, client.id).fromBot.map(({ text }) => text);
    anna.writes(STAFF_BOT, '/start');
    await hears(/всё готово/);
    client.writes(CLIENTS_BOT, 'Какая скидка?');
    const ping = await hears(/^⏳ Иван ждёт ответа/);

    const photo = {
      photo: [{ file_id: 'f', file_unique_id: 'u', width: 9, height: 9 }],
      caption: 'Вот прайс',
    };
    anna.sends(STAFF_BOT, photo, { replyTo: ping.messageId });
    await hears(/^Не отправлено: отсюда уходит только текст\..* — клиент ещё ждёт\.$/);
    assert.deepEqual(toClient(), [], 'the client got no half of it');

    const words = anna.writes(STAFF_BOT, 'Скидка 10 %', { replyTo: ping.messageId });
    await telegram.until(() => toClient().length === 1, SOON_MS);
    anna.edits(STAFF_BOT, words, 'Скидка 5 %');
    await hears(/^Правка не дошла: .*Иван.* прежний текст\./);
    assert.deepEqual(toClient(), ['Скидка 10 %']);

    // The client waits no more, and nobody says that they do.
    await telegram.until(() => ping.text.startsWith('✅'), SOON_MS);
    anna.sends(STAFF_BOT, photo, { replyTo: ping.messageId });
    await hears(
      /^Не отправлено: отсюда уходит только текст\. Фото, файлы и голосовые отправьте в самом чате\.$/,
    );
    assert.deepEqual(telegram.violations, []);
  } finally {
    await otklik.stop();
    await telegram.close();
  }
});
