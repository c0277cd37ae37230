import assert from 'node:assert/strict';
import { isLinear } from '@otklik/testing';
import { describe, it } from 'vitest';
import { messageIdOf, referencesOf } from './messageIds.ts';
import { ownWords, unmarkedWords, wordsOfHtml } from './words.ts';

describe('what a person wrote', () => {
  const QUOTED: [string, string][] = [
    ['Да\n> Есть в наличии?', 'Да'],
    ['Да, две.\n\n23.11.2026 10:00, Анна <ann@mail.example> пишет:\n> Есть?', 'Да, две.'],
    ['Yes.\n\nOn Mon, Nov 23, 2026 at 10:00 AM Ann <ann@mail.example> wrote:\nIs it in stock?', 'Yes.'],
    ['Да\n-----Original Message-----\nFrom: Ann', 'Да'],
    ['Да\r\n________________________________\r\nОт: Анна', 'Да'],
    ['On Mon, Nov 23, 2026 Ann wrote:\n> Is it in stock?\nYes.\n> How much?\n5', 'Yes.\n5'],
    ['On Mon, Nov 23, 2026 Ann wrote:\nIs it in stock?', ''],
    ['Пишет: так и есть', 'Пишет: так и есть'],
    // Looks like quoted headers, but is a form or a person.
    [
      'От: Иван <ivan@mail.example>\nТелефон: 8 900\nСообщение: 20 окон',
      'От: Иван <ivan@mail.example>\nТелефон: 8 900\nСообщение: 20 окон',
    ],
    [
      'Вот:\nFrom: a@shop.example\nTo: b@shop.example\nЧто делать?',
      'Вот:\nFrom: a@shop.example\nTo: b@shop.example\nЧто делать?',
    ],
    ['________________\nКомпания\nНужен замер', '________________\nКомпания\nНужен замер'],
    ['Да\n\nОт: Анна <a@b.example>\nОтправлено: понедельник\nКому: Олег\nТема: Заказ\n\nЕсть?', 'Да'],
    // Answers between quoted lines.
    [
      'Спасибо!\n23.11.2026 10:00, Анна <ann@mail.example> пишет:\n> Есть две.\nА сколько стоит?\n> Звоните',
      'Спасибо!\n\nА сколько стоит?',
    ],
    ['---- Пересылаемое сообщение ----\nТема: Счёт\n\nОплатите', 'Тема: Счёт\n\nОплатите'],
    ['Смотрите\n---- Пересылаемое сообщение ----\nТема: Счёт', 'Смотрите'],
    ['a\0b\ud800', 'ab\ufffd'],
  ];
  for (const [mail, words] of QUOTED)
    it(JSON.stringify(mail).slice(0, 50), () => assert.equal(ownWords(mail), words));

  it('without a mark is also what they pass on', () => {
    const mail = '---- Original message ----\nОт: Анна\nОплатите';
    assert.deepEqual([ownWords(mail), unmarkedWords(`${mail}\n> старое`)], ['', mail]);
  });

  it('in HTML', () => {
    const html =
      '<html><head><style>p{}</style></head><body><p>Здравствуйте,&nbsp;Анна!</p><div>2 &lt; 3 &#8212; да</div><blockquote>старое</blockquote></body></html>';
    assert.equal(wordsOfHtml(html), 'Здравствуйте, Анна!\n2 < 3 — да');
    assert.equal(wordsOfHtml('&#x110000; &#0; &nope;'), '\ufffd \ufffd &nope;');
    assert.equal(
      wordsOfHtml(
        '<title>x</title><p>Раз</p><ul><li>два</li><li>три</li></ul><a href="https://x.example">тут</a><br>пять',
      ),
      'Раз\nдва\nтри\nтут\nпять',
    );
  });

  /** One mail must not stop the reader. */
  const HOSTILE = {
    'a mail of “<”': '<',
    'open elements': '<div>',
    'open tables': '<table><tr><td>',
    'open quotations': '<blockquote>',
    'open tags': '<a ',
    'open attributes': '<p class="',
    'open styles': '<style>',
    'open comments': '<!--',
    entities: '&nbsp;',
    'half entities': '&',
    spaces: ' ',
    'lines that begin a quotation': '23.11.2026 ',
    'lines that begin another': 'on x wrote ',
    underscores: '_',
    quotes: '>',
    colons: ' : ',
  };
  for (const [what, piece] of Object.entries(HOSTILE))
    it(`is read in linear time from ${what}`, () => {
      assert.ok(isLinear((mail) => [ownWords(wordsOfHtml(mail)), ownWords(mail)], piece));
    });
});

describe('ids', () => {
  it('are compared without brackets and folding', () => {
    assert.equal(messageIdOf(' <a@b\r\n c> '), 'a@bc');
    assert.equal(messageIdOf('<>'), null);
    // Half a surrogate pair would never be kept.
    assert.ok(messageIdOf(`${'x'.repeat(249)}😀`)?.isWellFormed());
    assert.deepEqual(referencesOf('<a@b> <c@d>\r\n\t<e@f>'), ['a@b', 'c@d', 'e@f']);
    assert.deepEqual(referencesOf(undefined), []);
  });
});
