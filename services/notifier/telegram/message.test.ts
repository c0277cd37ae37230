import assert from 'node:assert/strict';
import type { NamedWait } from '@otklik/store';
import { HOSTILE, isLinear } from '@otklik/testing';
import { textsOf } from '@otklik/texts';
import { test } from 'vitest';
import { at } from '../../../packages/domain/testing/story.ts';
import { linkProblem } from '../../../tests/fakes/telegram/link.ts';
import type { Colleague } from '../messages/colleagues.ts';
import { company, person, pingAbout, waiting } from '../testing/company.ts';
import { chooseWhom, digestOf, escapeHtml, withoutLinks } from './message.ts';
import { messageOf } from './messageOf.ts';
import { parsePress } from './press.ts';

const config = company();
const anna = person(config, 'anna');
const NOW = at('10:03:00');

const messageAbout = (said: Partial<NamedWait>, to = anna) => {
  const message = messageOf([pingAbout(waiting(said))], to, config, NOW);
  assert.ok(message);
  return message;
};
const labels = (said: Partial<NamedWait>) =>
  messageAbout(said).reply_markup.inline_keyboard.map((row) => row.map(({ text }) => text));

test('a ping has the three buttons, and the chat to open where Telegram takes its link', () => {
  const actions = [['Беру', 'Ответа не нужно'], ['Передать…']];
  assert.deepEqual(labels({}), actions);
  assert.deepEqual(labels({ link: 'https://example.ru/chats/42' }), [...actions, ['Открыть чат']]);
  for (const link of ['tel:+79990000001', 'http://localhost:8080/', 'tg://user?id=1', 'javascript:alert(1)'])
    assert.deepEqual(labels({ link }), actions, link);
});

test('whoever has taken the client can let them go; all others cannot, nor when the lease is over', () => {
  const taken = { taken_by: 'anna', taken_until: at('10:04:00') };
  assert.deepEqual(labels(taken)[0], ['Отпустить', 'Ответа не нужно']);
  assert.deepEqual(labels({ ...taken, taken_by: 'boris' })[0], ['Беру', 'Ответа не нужно']);
  assert.deepEqual(labels({ ...taken, taken_until: NOW })[0], ['Беру', 'Ответа не нужно']);
});

test('a take names the client’s window and when the chain goes on, never a later deadline', () => {
  const { took } = textsOf('ru');
  assert.equal(
    took('10:05:00', false, '10:07:00'),
    'Клиент за вами. Ответьте до 10:05:00. Не ответите — напомним в 10:07:00.',
  );
  assert.equal(took('10:05:00', true, null), 'Клиент за вами. Срок вышел в 10:05:00: ответьте сейчас.');
});

test('what goes out is the link as it was understood, so that Telegram takes it', () => {
  const urlOf = (link: string) =>
    messageAbout({ link })
      .reply_markup.inline_keyboard.flat()
      .find(({ url }) => url !== undefined)?.url;
  for (const [link, url] of [
    ['https:example.ru', 'https://example.ru/'],
    ['https:/example.ru/a', 'https://example.ru/a'],
    ['https:\\\\example.ru\\a', 'https://example.ru/a'],
    ['HTTPS://Example.RU', 'https://example.ru/'],
    ['https://пример.рф/чат', 'https://xn--e1afmkfd.xn--p1ai/%D1%87%D0%B0%D1%82'],
  ] as const) {
    assert.equal(urlOf(link), url, link);
    assert.equal(linkProblem(url), null, url);
  }
  for (const link of ['https:evil', 'https:/\\x', 'https://', 'http://127.0.0.1/'])
    assert.equal(urlOf(link), undefined, link);
});

test('a message that is refused for a link can do without', () => {
  const message = messageAbout({
    link: 'https://example.ru/',
    subject: { title: 'Диван <3', link: 'https://www.avito.ru/items/1' },
  });
  const bare = withoutLinks(message);
  assert.ok(!/<a |example|avito/.test(JSON.stringify(bare)));
  assert.match(bare.text, /\nО чём: Диван &lt;3\n/);
  assert.equal(bare.reply_markup.inline_keyboard.length, message.reply_markup.inline_keyboard.length - 1);
});

test('whoever has a telephone at an exchange that dials can call back a client whose number is known', () => {
  const call = ['📞 Перезвонить'];
  const rows = (said: Partial<NamedWait>, to = anna) =>
    messageAbout(said, to).reply_markup.inline_keyboard.map((row) => row.map(({ text }) => text));
  const [button] = messageAbout({ client_phone: '+79160000001' }).reply_markup.inline_keyboard[0] ?? [];
  assert.equal(parsePress(button?.callback_data ?? '')?.does, 'call');
  assert.deepEqual(rows({ client_phone: '+79160000001' })[0], call, 'also who has written');
  assert.deepEqual(rows({ channel: 'line', kind: 'call', client_phone: '+79160000001' })[0], call);
  assert.notDeepEqual(rows({ channel: 'line', kind: 'call' })[0], call, 'a hidden number');
  assert.notDeepEqual(
    rows({ client_phone: '+79160000001' }, person(config, 'boris'))[0],
    call,
    'no telephone',
  );
  const over = { closed_at: at('10:02:00'), outcome: 'answered', answered_by: 'anna' } as const;
  assert.deepEqual(rows({ ...over, client_phone: '+79160000001' }), [], 'a wait that is over');
});

test('a number to call stands as it is: Telegram makes a link of it, and drops one by tel:', () => {
  assert.match(messageAbout({ link: 'tel:+79160000001' }).text, /\nПозвонить: \+79160000001$/);
});

test('a link that makes no button stands in the text, its quotes escaped', () => {
  assert.match(messageAbout({ link: 'tg://user?id=1' }).text, /<a href="tg:\/\/user\?id=1">Открыть чат<\/a>/);
  assert.match(messageAbout({ link: 'tg:"><b>' }).text, /<a href="tg:&quot;&gt;&lt;b&gt;">/);
  for (const link of ['http://localhost:8080/1', 'https:evil', 'mailto:a@example.ru'])
    assert.ok(messageAbout({ link }).text.includes(`\nОткрыть чат: ${link}`), link);
});

test('what it is about opens the advertisement, where Telegram takes the link', () => {
  const about = (link: string | null) => messageAbout({ subject: { title: 'Диван <3', link } }).text;
  assert.match(
    about('https://www.avito.ru/items/1'),
    /\n<a href="https:\/\/www.avito.ru\/items\/1">О чём: Диван &lt;3<\/a>\n/,
  );
  for (const link of [null, 'javascript:alert(1)', 'http://localhost/'])
    assert.match(about(link), /\nО чём: Диван &lt;3\n/, String(link));
});

test('of a wait that is over only the chat can be opened', () => {
  const over = { closed_at: at('10:02:00'), outcome: 'answered', answered_by: 'anna' } as const;
  assert.deepEqual(labels({ ...over, link: 'https://example.ru/' }), [['Открыть чат']]);
  assert.deepEqual(labels(over), []);
});

test('what a client writes is text, never markup', () => {
  const { text } = messageAbout({ text: '<b>&"x"</b>', client_name: '<i>' });
  assert.match(text, /<blockquote>&lt;b&gt;&amp;"x"&lt;\/b&gt;<\/blockquote>/);
  assert.match(text, /^⏳ <b>&lt;i&gt; ждёт ответа<\/b>/);
  assert.equal(escapeHtml('&lt;'), '&amp;lt;');
});

test('the longest words fit into a message of Telegram, whole characters only', () => {
  const { text } = messageAbout({
    text: `${'<'.repeat(999)}😀${'x'.repeat(100_000)}`,
    client_name: '&'.repeat(5_000),
    subject: { title: '&'.repeat(500), link: null },
  });
  const shown = text.replaceAll(/<\/?\w+>/g, '').replaceAll(/&\w+;/g, '.');
  assert.ok(shown.length <= 4_096, `${shown.length} characters`);
  assert.ok(text.isWellFormed());
});

test('the hint to reply stands only where a reply can be sent on', () => {
  assert.match(messageAbout({ channel: 'bot' }).text, /ответьте на это сообщение/);
  assert.doesNotMatch(messageAbout({ channel: 'site' }).text, /ответьте на это сообщение/);
});

const NOTICE = 'f0000000-0000-4000-8000-000000000000';
const colleague = (id: string, name: string, but: Colleague['but'] = null): Colleague => ({
  id,
  name,
  but,
  open: 12,
});

test('300 colleagues are chosen from in pages, and who would not answer is marked', () => {
  const many = Array.from({ length: 300 }, (_, i) => colleague(`p${i}`, `Человек ${i}`));
  const page = (n: number) =>
    chooseWhom(messageAbout({}), NOTICE, many, n, 'ru').reply_markup.inline_keyboard;
  assert.deepEqual(
    page(1)
      .slice(-2)
      .map((row) => row.map(({ text }) => text)),
    [['2/20 →'], ['← Назад']],
  );
  const turns = page(2).at(-2) ?? [];
  assert.deepEqual(
    turns.map(({ text }) => text),
    ['← 1/20', '3/20 →'],
  );
  assert.deepEqual(parsePress(turns[1]?.callback_data ?? ''), { does: 'choose', notice: NOTICE, page: 3 });
  assert.equal(page(99).flat()[0]?.text, 'Человек 285', 'the last page, when there are no more');
  const marked = [
    colleague('a', 'Анна', 'away'),
    colleague('b', 'Борис', 'full'),
    colleague('c', 'Вера', 'deaf'),
  ];
  assert.deepEqual(
    chooseWhom(messageAbout({}), NOTICE, marked, 1, 'ru')
      .reply_markup.inline_keyboard.flat()
      .map(({ text }) => text),
    ['Анна — нет на месте', 'Борис — уже обращений: 12', 'Вера — сообщения не доходят', '← Назад'],
  );
});

test('the choice of colleagues keeps the ping and leads back', () => {
  const others = [colleague('boris', 'Boris Smith'), colleague('vera', 'Вера Павловна')];
  const plain = messageAbout({});
  const chosen = chooseWhom(plain, NOTICE, others, 1, 'ru');
  assert.ok(chosen.text.startsWith(plain.text));
  const buttons = chosen.reply_markup.inline_keyboard.flat();
  assert.deepEqual(
    buttons.map(({ text }) => text),
    ['Boris Smith', 'Вера Павловна', '← Назад'],
  );
  assert.deepEqual(
    buttons.map(({ callback_data }) => parsePress(callback_data ?? '')?.does),
    ['hand_over', 'hand_over', 'back'],
  );
});

test('the digest changes with the words and with the buttons, and with nothing else', () => {
  assert.equal(digestOf(messageAbout({})), digestOf(messageAbout({})));
  assert.notEqual(digestOf(messageAbout({})), digestOf(messageAbout({ text: 'Иное' })));
  assert.notEqual(digestOf(messageAbout({})), digestOf(messageAbout({ link: 'https://example.ru/' })));
});

test('a ping takes linear time, whatever 100,000 characters a client writes, calls themselves or links to', () => {
  const write = (text: string) => {
    const message = messageAbout({
      client_name: text,
      thread: text,
      text,
      link: `https://example.ru/${text}`,
      subject: { title: text, link: text },
    });
    return [withoutLinks(message), withoutLinks({ ...message, text }), escapeHtml(text), parsePress(text)];
  };
  assert.deepEqual(
    HOSTILE.filter((piece) => !isLinear(write, piece)),
    [],
  );
});
