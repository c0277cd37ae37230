import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from 'vitest';
import { at } from './testing/story.ts';
import { etiquetteOf, wordingOf } from './wording.ts';

const NEUTRAL = { formal: false, farewell: false, apology: false, thanks: false };

const wording = (text: string | null, formalReplies: readonly string[] = []) =>
  wordingOf(text, { formalReplies, attached: false });

test('what can be seen by nobody is empty, unless something is attached', () => {
  for (const text of ['', ' ', '\n\t\u00a0', '\u200b', '\u2060\u3164\ufeff', '\u2800 \u00ad']) {
    assert.deepEqual(wording(text), { ...NEUTRAL, empty: true });
    assert.equal(wordingOf(text, { formalReplies: [], attached: true }), null);
  }
  for (const text of ['.', '👍', '🏳️', '\u200bда']) assert.ok(!wording(text)?.empty, text);
});

test('a text that the channel does not tell is not an empty one', () => {
  for (const attached of [true, false]) assert.equal(wordingOf(null, { formalReplies: [], attached }), null);
});

test('a nod, a farewell and an answer are told apart, with the company’s own formal replies', () => {
  assert.deepEqual(wording('ок'), { ...NEUTRAL, formal: true });
  assert.deepEqual(wording('Спасибо, до свидания'), { ...NEUTRAL, farewell: true });
  assert.deepEqual(wording('Доставим завтра'), NEUTRAL);
  assert.deepEqual(wording('Ваше обращение принято!'), NEUTRAL);
  assert.deepEqual(wording('Ваше обращение принято!', ['ваше обращение принято']), {
    ...NEUTRAL,
    formal: true,
  });
});

test('no text whatever breaks it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.array(fc.string({ unit: 'binary' })), (text, own) => {
      assert.ok(wording(text, own)?.empty || text.trim() !== '');
    }),
  );
});

/** The etiquette of a reply at that time; the window ended at 10:05:00. */
const judged = (text: string | null, answered: string) =>
  etiquetteOf(wording(text), at(answered), at('10:05:00'));

const said = (text: string) => {
  const { apology, thanks } = judged(text, '10:07:00');
  return (
    [apology ? 'apology' : '', thanks ? 'thanks' : ''].filter((word) => word !== '').join(' + ') || 'neither'
  );
};

test('a reply after the end of the window is late, one at its very end is not', () => {
  const text = 'Добрый день!';
  assert.deepEqual(judged(text, '10:05:00'), { late: false, apology: false, thanks: false });
  assert.deepEqual(judged(text, '10:05:00.001'), { late: true, apology: false, thanks: false });
});

test('of a reply whose words are not known only the lateness is', () => {
  assert.deepEqual(judged(null, '10:07:00'), { late: true, apology: null, thanks: null });
  assert.deepEqual(judged(null, '10:01:00'), {
    late: false,
    apology: null,
    thanks: null,
  });
});

test('the words of a reply in time are judged too', () => {
  const reply = { text: 'Извините, спасибо за ожидание' };
  assert.deepEqual(judged(reply.text, '10:01:00'), { late: false, apology: true, thanks: true });
});

const replies: Record<string, string[]> = {
  'apology + thanks': [
    'Здравствуйте! Извините за задержку и спасибо за ожидание.',
    'ИЗВИНИТЕ ЗА ОЖИДАНИЕ!!! СПАСИБО ЗА ТЕРПЕНИЕ!!!',
    'Добрый день. Приносим свои извинения, благодарим, что дождались нашего ответа',
    'Прошу прощения, что так долго.\nСпасибо Вам огромное, что подождали!',
    'Sorry for the wait, and thank you for your patience!',
    'We apologise for the delay. Thanks for waiting.',
  ],
  apology: [
    'Извини, не видел',
    'простите, пожалуйста, за долгий ответ',
    'Прошу извинить за задержку',
    'Просим у вас прощения за долгое молчание',
    'Приношу Вам наши искренние извинения',
    'Примите, пожалуйста, извинения за ожидание',
    'Извиняюсь за поздний ответ',
    'Хотим извиниться: линия была занята',
    'Сожалеем о задержке',
    'Очень жаль, что вам пришлось ждать',
    'Виноваты, пропустили ваше сообщение',
    'Мои извинения, был на встрече',
    'Спасибо за заказ! Извините, что не сразу',
    'Спасибо за заказ, извините за ожидание',
    'Спасибо за заказ и простите за ожидание',
    'I am so sorry, I missed your message',
    'My apologies for the late reply',
    'Apologies for the delay',
    'We do apologize for this',
    'I’d like to apologise',
    'Please accept our sincere apologies',
    'Please excuse the delay',
    'Forgive me, I was away',
    'We regret the long delay',
    'Don’t worry! Sorry it took so long',
  ],
  thanks: [
    'Спасибо за терпение',
    'Спасибо большое за ваше терпение и понимание',
    'Благодарю вас за проявленное терпение',
    'Благодарим за понимание и ожидание!',
    'Благодарны вам за терпение',
    'Спасибо, что ждёте!',
    'Спасибо что дождались',
    'Спасибо Вам, Иван, что подождали',
    'За ожидание спасибо!',
    'Очень ценим ваше терпение',
    'Ценим, что вы ждали',
    'Спасибо за время ожидания',
    'Thanks for bearing with us',
    'Thank you so much for being so patient',
    'Many thanks for your patience',
    'We really appreciate your patience',
    'Your patience is much appreciated',
    'Thank you for waiting, here is the price',
  ],
  neither: [
    '',
    '👍',
    'Добрый день! Да, есть в наличии.',
    'Спасибо за заказ',
    'Спасибо за обращение! Ожидайте звонка',
    'Спасибо за заказ, срок ожидания — два дня',
    'Спасибо за заказ. За ожидание доставки денег не берём',
    'Спасибо за понимание',
    'Благодарим за покупку. Ждали вас вчера',
    'Спасибо, что написали! Ждём вас',
    'К сожалению, нет в наличии',
    'Не извиняйтесь, всё в порядке',
    'Не стоит извиняться',
    'Не извиняюсь, мы ответили вовремя',
    'Без извинений',
    'Извините за беспокойство',
    'Невиноватый тариф',
    'Простительно',
    'Наберитесь терпения, пожалуйста',
    'Имейте терпение',
    'No need to apologise',
    "Please don't apologize",
    'We are not sorry',
    'Sorry to hear that',
    'Thank you for your order',
    'Thanks! Please wait',
    'Thank you. Waiting for your call',
    'Excuse codes are listed below',
  ],
};
for (const [judged, texts] of Object.entries(replies)) {
  for (const text of texts)
    test(`${judged}: ${text === '' ? 'an empty text' : text}`, () => assert.equal(said(text), judged));
}

test('«ё», other apostrophes and spaces that do not break are read as what they stand for', () => {
  assert.equal(said('Спасибо, что ждёте'), 'thanks');
  assert.equal(said('Спасибо, что жде\u0308те'), 'thanks');
  assert.equal(said('Спасибо\u00a0за\u00a0ожидание'), 'thanks');
  assert.equal(said('don’t apologise'), 'neither');
});

test('a text of a megabyte is judged, whatever it repeats', () => {
  for (const word of ['спасибо ', 'прошу ', 'за ', 'thank you for ', 'a', 'жаль, что ', ' ', '\n'])
    assert.equal(said(word.repeat(Math.ceil((1 << 20) / word.length))), 'neither');
});
