import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'vitest';
import { type FakeTelegram, startFakeTelegram } from '../fakes/telegram/startFakeTelegram.ts';
import type { FakeUser } from '../fakes/telegram/user.ts';
import { startOtklik } from './otklik.ts';

const CLIENTS_BOT = '700001:clients';
const STAFF_BOT = '700002:staff';
const ANNA = 100001;
const SOON_MS = 10_000;

const picture = (number: number): Buffer => Buffer.from(`ffd8ffe000${number}0`.padEnd(14, '0'), 'hex');

describe('an owner’s reply to a ping', () => {
  let telegram: FakeTelegram;
  let otklik: Awaited<ReturnType<typeof startOtklik>>;
  let anna: FakeUser;
  let client: FakeUser;
  let ping: { readonly messageId: number; readonly text: string };

  const told = () => telegram.chat(STAFF_BOT, ANNA).fromBot;
  const hears = (words: RegExp) => telegram.until(() => told().find(({ text }) => words.test(text)), SOON_MS);
  const atClient = () => telegram.chat(CLIENTS_BOT, client.id).fromBot;
  const toClient = () => atClient().map(({ text, file }) => (file === null ? text : [file.field, text]));

  beforeEach(async () => {
    telegram = await startFakeTelegram();
    telegram.addBot(CLIENTS_BOT);
    telegram.addBot(STAFF_BOT);
    otklik = await startOtklik({
      config: `
version: 1
people: [{ id: anna, name: Анна, telegram: ${ANNA} }]
policies: { default: { warn: 1s, breach: 30m } }
channels:
  - { id: bot, kind: telegram, name: Наш бот, owner: anna, token: "${CLIENTS_BOT}", api_root: "${telegram.apiRoot}" }
notify: { telegram: { token: "${STAFF_BOT}", api_root: "${telegram.apiRoot}" } }
`,
    });
    anna = telegram.user({ id: ANNA, firstName: 'Анна' });
    client = telegram.user({ id: 800_001, firstName: 'Иван' });
    anna.writes(STAFF_BOT, '/start');
    await hears(/всё готово/);
    client.writes(CLIENTS_BOT, 'Какая скидка?');
    ping = await hears(/^⏳ Иван ждёт ответа/);
  });
  afterEach(async () => {
    assert.deepEqual(telegram.violations, []);
    await otklik.stop();
    await telegram.close();
  });

  it('with a photo and words reaches the client whole, and answers them', async () => {
    const replyTo = ping.messageId;
    anna.sendsFile(STAFF_BOT, 'photo', picture(1), { caption: 'Вот прайс' }, { replyTo });
    await hears(/^Отправлено: Иван\.$/);
    assert.deepEqual(toClient(), [['photo', 'Вот прайс']]);
    assert.deepEqual(Buffer.from(atClient()[0]?.file?.bytes ?? []), picture(1));
    await telegram.until(() => ping.text.startsWith('✅'), SOON_MS);
  });

  it('with a file without words is an answer too, and is called as it was', async () => {
    const about = { file_name: 'Прайс "зима".pdf', mime_type: 'application/pdf' };
    anna.sendsFile(STAFF_BOT, 'document', Buffer.from('%PDF'), about, { replyTo: ping.messageId });
    await hears(/^Отправлено: Иван\.$/);
    assert.equal(atClient()[0]?.file?.name, 'Прайс _зима_.pdf');
    await telegram.until(() => ping.text.startsWith('✅'), SOON_MS);
  });

  it('is an album: every picture goes on, in order, and is told of once', async () => {
    const media_group_id = 'album-1';
    const [first, ...others] = [1, 2, 3].map(picture);
    telegram.failNext('sendPhoto', { retryAfter: 1 });
    anna.sendsFile(
      STAFF_BOT,
      'photo',
      first ?? Buffer.alloc(0),
      { media_group_id, caption: 'Три вида' },
      { replyTo: ping.messageId },
    );
    for (const each of others) anna.sendsFile(STAFF_BOT, 'photo', each, { media_group_id });
    await hears(/^Отправлено: Иван, весь альбом \(3\)\.$/);
    assert.deepEqual(
      atClient().map(({ file }) => Buffer.from(file?.bytes ?? []).toString('hex')),
      [1, 2, 3].map((number) => picture(number).toString('hex')),
    );
    assert.equal(told().filter(({ text }) => text.startsWith('Отправлено')).length, 1);
  });

  it('with what cannot go on is refused at once, by its name', async () => {
    const replyTo = ping.messageId;
    const large = { file_size: 35 * 1024 * 1024, caption: 'Обзор' };
    anna.sendsFile(STAFF_BOT, 'video', Buffer.from('mp4'), large, { replyTo });
    await hears(
      /^Видео не отправлено: Telegram отдаёт ботам файлы до 20 МБ, а здесь 35 МБ\. Отправьте в самом чате — клиент ещё ждёт\.$/,
    );
    anna.sends(STAFF_BOT, { sticker: { file_id: 's' } }, { replyTo });
    await hears(/^Стикер не отправлен: .* — клиент ещё ждёт\.$/);
    assert.deepEqual(toClient(), [], 'the client got no half of it');
  });

  it('that Telegram does not give us any more is told, and nothing of it is sent', async () => {
    telegram.failNext('getFile', { status: 400, description: 'Bad Request: file is too big' });
    anna.sendsFile(STAFF_BOT, 'photo', picture(1), { caption: 'Да' }, { replyTo: ping.messageId });
    await hears(
      /^Не отправлено \(Иван\): Telegram отдаёт ботам файлы только до 20 МБ\. .* — он всё ещё ждёт\.$/,
    );
    assert.deepEqual(toClient(), []);
  });

  it('is corrected at the client when it is edited; the last words win', async () => {
    const words = anna.writes(STAFF_BOT, 'Скидка 10 %', { replyTo: ping.messageId });
    await telegram.until(() => toClient().length === 1, SOON_MS);
    telegram.failNext('editMessageText', { retryAfter: 1, description: 'Too Many Requests: retry after 1' });
    anna.edits(STAFF_BOT, words, 'Скидка 5 %');
    anna.edits(STAFF_BOT, words, 'Скидка 7 %');
    await hears(/^Исправлено и у клиента: Иван\.$/);
    await telegram.until(() => toClient()[0] === 'Скидка 7 %', SOON_MS);
    assert.equal(toClient().length, 1);
    await telegram.until(() => ping.text.startsWith('✅'), SOON_MS);
  });

  it('has the words under its photo corrected; another photo in its place does not reach the client', async () => {
    const about = { caption: 'Диван' };
    const sent = anna.sendsFile(STAFF_BOT, 'photo', picture(1), about, { replyTo: ping.messageId });
    await hears(/^Отправлено: Иван\.$/);
    anna.edits(STAFF_BOT, sent, 'Диван угловой');
    await hears(/^Исправлено и у клиента/);
    assert.deepEqual(toClient(), [['photo', 'Диван угловой']]);
    anna.replacesFile(STAFF_BOT, sent, picture(2));
    await hears(/^Правка не дошла: .*Иван/);
  });

  it('that Telegram does not let us edit any more is told to be as it was', async () => {
    const words = anna.writes(STAFF_BOT, 'Скидка 10 %', { replyTo: ping.messageId });
    await telegram.until(() => toClient().length === 1, SOON_MS);
    telegram.chat(CLIENTS_BOT, client.id).messages.length = 0;
    anna.edits(STAFF_BOT, words, 'Скидка 5 %');
    await hears(/^Правка не дошла: .*Иван.* прежний текст\./);
    assert.deepEqual(toClient(), [], 'it was not sent anew');
  });
});
