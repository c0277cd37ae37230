import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from 'vitest';
import { isFarewell, isFormal } from './fillerReplies.ts';
import { FILLERS, PARTINGS } from './phrases.ts';

const nods = [
  '+',
  '++',
  'Ок',
  'оккк!',
  'ОК.',
  'ага',
  'да, хорошо',
  'Принято!',
  'минутку…',
  'Ща',
  '👍',
  '.',
  'Got it',
  'one moment',
  'OK',
  'окк',
  'агаааа',
  'да-да-да-да-да-да',
  'понял, секундочку',
  'Понял вас, сейчас',
  '👍🏽',
  '👍👍👍👍👍👍',
  '✔️',
  'ок)))',
  ')))',
  '\u200b',
  'Just a moment, please',
  'Yes, sure',
  'Хорошо 👍',
];
const answers = [
  '+7 999 000-00-01',
  'ок, перезвоню в 15:00',
  'Да, доставка есть',
  'нет',
  '5000',
  'Yes, we deliver',
  'Хорошо, отправил вам счёт',
  '+1',
  '2 минуты',
  'One',
  'On hold',
  'second one',
  'не понял',
  'понял, жду файл',
  '5 €',
  'сейчас посмотрю и отвечу',
  'Здравствуйте',
  '😡',
];

test('a nod is recognised however it is written, an answer never is one', () => {
  assert.deepEqual(
    nods.filter((text) => !isFormal(text)),
    [],
  );
  assert.deepEqual(
    answers.filter((text) => isFormal(text)),
    [],
  );
});

test('the company has formal replies of its own, compared word for word', () => {
  const own = ['Ваше обращение принято в работу'];
  assert.equal(isFormal('ваше обращение принято в работу!', own), true);
  assert.equal(isFormal('ваше обращение принято в работу, ответим до 15:00', own), false);
});

const farewells = [
  'Спасибо!',
  'спасибо большое, до свидания',
  'Хорошо, спасибо',
  'Всего доброго',
  'Благодарю 🙏',
  'thanks!',
  'Thank you, bye',
  'спасибо за помощь)))',
  'Спасибо вам большое за помощь!',
  'СПАСИБООО ❤️',
  'Всё понятно, спасибо',
  'Ок, спасибо, хорошего дня',
  'Great, thanks a lot for your help',
  'Have a nice day!',
  '🙏🏻',
];
const turns = [
  'Спасибо, а когда доставка?',
  'спасибо, жду',
  'ок',
  'Спасибо, пришлите счёт',
  'Пока не пришло',
  'thanks, call me',
  'Здравствуйте',
  'спасибо за такой сервис, больше не приду',
  'Доброго дня',
  'Доброго вечера!',
  'Good day',
  'Good',
  'да, спасибо',
  'спасибо((',
  'спасибо ❓',
  'Спасибо？',
  'спасибо 😡',
  'спасибо за ожидание',
  'спасибо 5',
  'Thank you for nothing',
  'пока нет',
  'спасибо большое вам за помощь, всё понятно, до свидания',
];

test('a farewell is nothing but one: whoever may wait for something is never waved off', () => {
  assert.deepEqual(
    farewells.filter((text) => !isFarewell(text)),
    [],
  );
  assert.deepEqual(
    turns.filter((text) => isFarewell(text)),
    [],
  );
});

test('every phrase of the lists is found as it stands there', () => {
  assert.deepEqual(
    [...FILLERS].filter((nod) => !isFormal(nod)),
    [],
  );
  assert.deepEqual(
    [...PARTINGS].filter((parting) => !isFarewell(parting)),
    [],
  );
});

test('a company’s own reply is compared to its end, also when it is long', () => {
  const own = 'Ваше обращение принято в работу, ожидайте. '.repeat(12);
  assert.equal(isFormal(own.toUpperCase(), [own]), true);
  assert.equal(isFormal(`${own} Доставка завтра`, [own]), false);
  assert.equal(isFormal('Здравствуйте', ['!!!', '']), false);
});

/** However people type: capitals, drawn-out ends, signs and spaces around. */
const typed = (words: fc.Arbitrary<string>) =>
  fc
    .tuple(
      words,
      fc.constantFrom('', ' ', '\n', '«', '— '),
      fc.constantFrom('', '!', '...', ' )', ' ,', '»', '\u00a0', '!!!)))'),
      fc.boolean(),
      fc.nat(9),
    )
    .map(([text, before, after, loud, more]) => {
      const last = text.at(-1) ?? '';
      const drawn = /\p{L}/u.test(last) ? text + last.repeat(more) : text;
      return `${before}${loud ? drawn.toUpperCase() : drawn}${after}`;
    });

test('a nod stays one in any case, with any signs and spaces around, and drawn out', () => {
  fc.assert(
    fc.property(typed(fc.constantFrom(...FILLERS)), (text) => assert.equal(isFormal(text), true, text)),
    { numRuns: 2_000 },
  );
});

test('so does a farewell', () => {
  fc.assert(
    fc.property(typed(fc.constantFrom(...PARTINGS)), (text) => assert.equal(isFarewell(text), true, text)),
    { numRuns: 2_000 },
  );
});

const anything = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc
    .array(fc.constantFrom(...FILLERS, ...PARTINGS, 'доставка', '5', '🤷', '\ud83d'), { maxLength: 6 })
    .map((words) => words.join(' ')),
);

test('a text with a number is neither, nor is a text with a question a farewell, and no text whatever breaks it', () => {
  fc.assert(
    fc.property(anything, anything, fc.constantFrom('?', '？', '❓', '⁉️', '؟'), (one, other, question) => {
      assert.equal(isFarewell(`${one}${question}${other}`), false);
      assert.deepEqual([isFormal(`${one} 15:00 ${other}`), isFarewell(`${one} 15 ${other}`)], [false, false]);
    }),
    { numRuns: 2_000 },
  );
});

test('a long text is neither, whatever it repeats', () => {
  for (const word of ['спасибо ', 'ок', '+', '👍', '.', ' ', '?', 'а\u0301', '\ud83d', 'да, '])
    for (const length of [100_000, 1 << 20]) {
      const text = word.repeat(length / word.length);
      assert.deepEqual([isFormal(text, ['ок']), isFarewell(text)], [false, false]);
    }
});
