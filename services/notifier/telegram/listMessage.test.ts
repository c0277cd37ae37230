import assert from 'node:assert/strict';
import type { ClaimedNotice, NamedWait } from '@otklik/store';
import fc from 'fast-check';
import { test } from 'vitest';
import { at } from '../../../packages/domain/testing/story.ts';
import { waitsPageOf } from '../messages/list.ts';
import { company, person, pingAbout, waiting } from '../testing/company.ts';
import { waitsMessage } from './listMessage.ts';
import type { TelegramMessage } from './message.ts';
import { messageOf } from './messageOf.ts';
import { parsePress } from './press.ts';

const config = company();
const NOW = at('10:03:00');

const idOf = (kind: number, n: number) => `0199f3c0-000${kind}-7000-8000-${String(n).padStart(12, '0')}`;
const about = (n: number, wait: Partial<NamedWait> = {}, notice: Partial<ClaimedNotice> = {}) => {
  const made = waiting({
    id: idOf(0, n),
    client_name: `Клиент${n}`,
    breach_at: at('10:05:00') + n * 1_000,
    ...wait,
  });
  return pingAbout(made, { id: idOf(1, n), ...notice });
};
const many = (count: number) => Array.from({ length: count }, (_, i) => about(i + 1));
const answered = (closed_at = at('10:02:41')) =>
  ({ closed_at, outcome: 'answered', answered_by: 'anna' }) as const;

function told(notices: readonly ClaimedNotice[], to = 'anna', now = NOW) {
  const message = messageOf(notices, person(config, to), config, now);
  assert.ok(message);
  const shown = message.text.replaceAll(/<[^>]+>/g, '').split('\n');
  return { ...message, shown, rows: message.reply_markup.inline_keyboard };
}
const labels = (said: ReturnType<typeof told>) => said.rows.map((row) => row.map(({ text }) => text));

test('several waits are one list, soonest deadline first, with a button for each', () => {
  const said = told([about(2), about(3, { channel: 'bot' }), about(1)]);
  assert.deepEqual(said.shown, [
    '⏳ Ждут ответа: 3',
    '1. ⏳ Клиент1 · Чат на сайте · ответить до 10:05:01',
    '«Есть ли доставка?»',
    '2. ⏳ Клиент2 · Чат на сайте · ответить до 10:05:02',
    '«Есть ли доставка?»',
    '3. ⏳ Клиент3 · Наш бот · ответить до 10:05:03',
    '«Есть ли доставка?»',
    'Нажмите «Беру» с номером клиента — придёт его карточка.',
  ]);
  assert.deepEqual(labels(said), [['Беру 1', 'Беру 2', 'Беру 3']]);
  assert.deepEqual(parsePress(said.rows[0]?.[1]?.callback_data ?? ''), {
    does: 'acknowledge',
    notice: idOf(1, 2),
  });
});

test('one wait alone is a ping as ever, however many steps of it are due: the latest counts', () => {
  const [first, second] = [
    about(1),
    about(1, {}, { id: idOf(1, 9), due_at: at('10:05:01'), stage: 'breached' }),
  ];
  assert.deepEqual(told([first, second]).text, told([second]).text);
  assert.match(told([first]).text, /Есть ли доставка/);
});

test('each tells how it stands: late, taken, answered; the numbers stay', () => {
  const said = told(
    [
      about(1, { breach_at: at('10:02:00') }),
      about(2, answered()),
      about(3, { taken_by: 'boris', taken_until: at('10:05:00') }),
    ].map((notice) => ({ ...notice, sent_at: at('10:01:00') })),
  );
  assert.deepEqual(said.shown, [
    '🔴 Ждут ответа: 2',
    '1. 🔴 Клиент1 · Чат на сайте · ждёт с 10:00:00',
    '«Есть ли доставка?»',
    '2. ✅ Клиент2 · Чат на сайте · отвечено за 2:41 — Анна Петрова',
    '3. ⏳ Клиент3 · Чат на сайте · ответить до 10:05:03 · занимается Boris Smith',
    '«Есть ли доставка?»',
    '🔴 Извинитесь за задержку и поблагодарите за ожидание.',
    'Нажмите «Беру» с номером клиента — придёт его карточка.',
  ]);
  assert.deepEqual(labels(said), [['Беру 1', 'Беру 3']]);
});

test('the head reads who is responsible; a colleague reads it in their own language', () => {
  assert.match(told(many(2), 'vera').text, /отвечает Анна Петрова/);
  assert.deepEqual(told(many(2), 'boris').shown, [
    '⏳ Waiting for an answer: 2',
    '1. ⏳ Клиент1 · Чат на сайте · answer by 15:05:01 · Анна Петрова is responsible',
    '“Есть ли доставка?”',
    '2. ⏳ Клиент2 · Чат на сайте · answer by 15:05:02 · Анна Петрова is responsible',
    '“Есть ли доставка?”',
    'Press “Mine” with a client’s number to get their card.',
  ]);
});

test('when all are answered it says so, without buttons', () => {
  const said = told([1, 2].map((n) => about(n, answered(), { sent_at: at('10:01:00') })));
  assert.equal(said.shown[0], '✅ Всем ответили: 2');
  assert.deepEqual(said.rows, []);
  const mixed = told([about(1, answered()), about(2, { ...answered(), outcome: 'withdrawn' })], 'boris');
  assert.equal(mixed.shown[0], '✅ Nobody is waiting any more: 2');
});

test('ten are named and the others counted; whoever still waits is named before who does not', () => {
  const said = told(many(12));
  assert.equal(said.shown[0], '⏳ Ждут ответа: 12');
  assert.equal(said.shown.filter((line) => /^\d+\./.test(line)).length, 10);
  assert.ok(said.shown.includes('…и ещё 2: /waits'));
  assert.deepEqual(
    labels(said).map(({ length }) => length),
    [4, 4, 2],
  );
  const later = many(12).map((notice, i) =>
    i < 2 ? about(i + 1, answered(), { sent_at: at('10:01:00') }) : { ...notice, sent_at: at('10:01:00') },
  );
  assert.deepEqual(labels(told(later)).flat().at(-1), 'Беру 12');
});

test('lateness is told once, the longest (law 9)', () => {
  const late = [1, 2].map((n) => about(n, {}, { late_reason: 'outage', due_at: NOW - n * 60_000 }));
  assert.deepEqual(
    told(late).shown.filter((line) => line.startsWith('Напоминание')),
    ['Напоминание опоздало на 2:00: «Отклик» не работал.'],
  );
});

test('what quiet hours held back is a digest: who waits first, then who was answered; late by nobody’s fault', () => {
  const held = { held: true, due_at: at('07:00:00') };
  const said = told([about(1, answered(), held), about(2, { breach_at: at('09:00:00') }, held)]);
  assert.deepEqual(said.shown, [
    '🔴 Пока вы отдыхали: 2',
    '1. 🔴 Клиент2 · Чат на сайте · ждёт с 10:00:00',
    '«Есть ли доставка?»',
    '2. ✅ Клиент1 · Чат на сайте · отвечено за 2:41 — Анна Петрова',
    '🔴 Извинитесь за задержку и поблагодарите за ожидание.',
    'Нажмите «Беру» с номером клиента — придёт его карточка.',
  ]);
  assert.deepEqual([labels(said), said.silent], [[['Беру 1']], false]);
});

test('a digest of one is a digest; when everybody was answered it rings no phone', () => {
  const said = told([about(1, answered(), { held: true })], 'boris');
  assert.deepEqual([said.shown[0], said.silent, said.rows], ['✅ While you were away: 1', true, []]);
});

test('a turn that never was is not listed', () => {
  const said = told([...many(2), about(3, { voided_at: NOW })]);
  assert.equal(said.shown[0], '⏳ Ждут ответа: 2');
});

test('a late answer in a list can be said to be nobody’s fault, by its number, as in a ping', () => {
  const late = { ...answered(at('10:07:00')), breached_at: at('10:05:00') };
  const said = told([about(1, answered()), about(2, late), about(3, { ...late, disputed: true })]);
  assert.equal(said.shown[0], '✅ Всем ответили: 3');
  assert.deepEqual(labels(said), [['Не моя вина 2']]);
  assert.deepEqual(parsePress(said.rows[0]?.[0]?.callback_data ?? ''), { does: 'why', notice: idOf(1, 2) });
  assert.deepEqual(labels(told([about(1, late), about(2, late)], 'vera')), [], 'whose wait it is not');
});

test('whoever waits can be gone to from a list, and a late call-back opens with a question', () => {
  const call = { kind: 'call', text: null, breach_at: at('10:02:00') } as const;
  const said = told([about(1, { link: 'https://example.ru/chats/1' }), about(2, call)]);
  assert.match(said.text, /<b><a href="https:\/\/example\.ru\/chats\/1">Клиент1<\/a><\/b>/);
  assert.ok(said.shown.includes('📞 Звонок'));
  assert.ok(said.shown.some((line) => line.startsWith('🔴 «Удобно ли сейчас говорить?»')));
});

test('a client’s words make no line of a list', () => {
  const said = told([about(1, { text: 'Да\n2. ⏳ Ольга · отвечено' }), about(2)]);
  assert.equal(said.shown[2], '«Да 2. ⏳ Ольга · отвечено»');
});

const page = (waits: readonly NamedWait[], at: { page: number; total: number }, now = NOW) =>
  waitsMessage(waitsPageOf(waits, { ...at, size: 10 }, person(config, 'anna'), config, now), 'ru');

test('a page of those who wait says how many there are, and leads to the others', () => {
  const waits = Array.from({ length: 10 }, (_, i) => about(i + 11).wait as NamedWait);
  const { text, reply_markup } = page(waits, { page: 2, total: 30 });
  assert.match(text, /^⏳ <b>Ждут ответа: 30 \(здесь 11–20\)<\/b>\n11\. ⏳ <b>Клиент11<\/b>/);
  const rows = reply_markup.inline_keyboard;
  assert.deepEqual(
    rows.at(-1)?.map(({ text }) => text),
    ['← 1–10', 'Обновить', '21–30 →'],
  );
  assert.deepEqual(parsePress(rows.at(-1)?.[2]?.callback_data ?? ''), { does: 'page', page: 3 });
  assert.deepEqual(parsePress(rows[0]?.[0]?.callback_data ?? ''), {
    does: 'acknowledge_wait',
    wait: idOf(0, 11),
  });
});

/** https://core.telegram.org/bots/api: text after entities, 100 buttons, 64 bytes of data. */
function assertWithinLimits({ text, reply_markup }: TelegramMessage, isWellFormed: boolean): void {
  const shown = text.replaceAll(/<[^>]+>/g, '').replaceAll(/&\w+;/g, '.');
  assert.ok(shown.length <= 4_096, `${shown.length} units`);
  assert.ok((text.match(/<[a-z]/g)?.length ?? 0) <= 100, 'entities');
  if (isWellFormed) assert.ok(text.isWellFormed());
  const buttons = reply_markup.inline_keyboard.flat();
  assert.ok(buttons.length <= 100);
  for (const { callback_data = 'x' } of buttons) {
    assert.ok(Buffer.byteLength(callback_data) <= 64);
    if (callback_data !== 'x') assert.ok(parsePress(callback_data), callback_data);
  }
}

test('any list fits into a message of Telegram, in whole characters', () => {
  const name = fc.oneof(fc.string({ unit: 'binary', maxLength: 600 }), fc.constant('😀'.repeat(3_000)));
  const notice = fc.record({
    n: fc.nat(99_999),
    name,
    closed: fc.boolean(),
    late: fc.boolean(),
    call: fc.boolean(),
    by: name,
    words: name,
    held: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(notice, { minLength: 2, maxLength: 40 }), (all) => {
      const notices = all.map(({ n, name, closed, late, call, by, words, held }) =>
        about(
          n,
          {
            client_name: name,
            owner: late ? 'anna' : by,
            text: words,
            kind: call ? 'call' : 'message',
            link: 'https://example.ru/',
            subject: { title: words, link: null },
            taken_by: by,
            taken_until: NOW + 1,
            ...(late && { breach_at: 0, breached_at: 0 }),
            ...(closed && answered()),
          },
          { held, late_reason: 'outage', due_at: 0 },
        ),
      );
      const isWellFormed = all.every(({ name, by, words }) =>
        [name, by, words].every((each) => each.isWellFormed()),
      );
      const message = messageOf(notices, person(config, 'anna'), config, NOW);
      assert.ok(message);
      assertWithinLimits(message, isWellFormed);
      const waits = notices.slice(0, 10).map(({ wait }) => wait as NamedWait);
      assertWithinLimits(page(waits, { page: 7, total: 9_999 }), isWellFormed);
    }),
    { numRuns: 200 },
  );
});
