import assert from 'node:assert/strict';
import type { ClaimedNotice, NamedWait } from '@otklik/store';
import fc from 'fast-check';
import { test } from 'vitest';
import { at } from '../../../packages/domain/testing/story.ts';
import { company, person, pingAbout, waiting } from '../testing/company.ts';
import { parsePress } from './press.ts';
import { messageOf } from './transport.ts';

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
    '2. ⏳ Клиент2 · Чат на сайте · ответить до 10:05:02',
    '3. ⏳ Клиент3 · Наш бот · ответить до 10:05:03',
    'Нажмите «Беру» с номером клиента — придёт его карточка.',
  ]);
  assert.deepEqual(labels(said), [['Беру 1', 'Беру 2', 'Беру 3']]);
  assert.deepEqual(parsePress(said.rows[0]?.[1]?.callback_data ?? ''), { does: 'take', notice: idOf(1, 2) });
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
  assert.deepEqual(said.shown.slice(0, 4), [
    '🔴 Ждут ответа: 2',
    '1. 🔴 Клиент1 · Чат на сайте · ждёт с 10:00:00',
    '2. ✅ Клиент2 · Чат на сайте · отвечено за 2:41 — Анна Петрова',
    '3. ⏳ Клиент3 · Чат на сайте · ответить до 10:05:03 · занимается Boris Smith',
  ]);
  assert.deepEqual(labels(said), [['Беру 1', 'Беру 3']]);
});

test('the head reads who is responsible; a colleague reads it in their own language', () => {
  assert.match(told(many(2), 'vera').text, /отвечает Анна Петрова/);
  assert.deepEqual(told(many(2), 'boris').shown, [
    '⏳ Waiting for an answer: 2',
    '1. ⏳ Клиент1 · Чат на сайте · answer by 15:05:01 · Анна Петрова is responsible',
    '2. ⏳ Клиент2 · Чат на сайте · answer by 15:05:02 · Анна Петрова is responsible',
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
    '2. ✅ Клиент1 · Чат на сайте · отвечено за 2:41 — Анна Петрова',
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

test('any list fits into a message of Telegram, in whole characters', () => {
  const name = fc.oneof(fc.string({ unit: 'binary', maxLength: 600 }), fc.constant('😀'.repeat(3_000)));
  const notice = fc.record({ n: fc.nat(99_999), name, closed: fc.boolean(), by: name, held: fc.boolean() });
  fc.assert(
    fc.property(fc.array(notice, { minLength: 2, maxLength: 40 }), (all) => {
      const notices = all.map(({ n, name, closed, by, held }) =>
        about(
          n,
          { client_name: name, owner: by, taken_by: by, taken_until: NOW + 1, ...(closed && answered()) },
          { held, late_reason: 'outage', due_at: 0 },
        ),
      );
      const message = messageOf(notices, person(config, 'anna'), config, NOW);
      const shown = message?.text.replaceAll(/<\/?\w+>/g, '').replaceAll(/&\w+;/g, '.') ?? '';
      assert.ok(shown.length <= 4_096, `${shown.length} units`);
      if (all.every(({ name, by }) => name.isWellFormed() && by.isWellFormed()))
        assert.ok(message?.text.isWellFormed());
    }),
    { numRuns: 200 },
  );
});
