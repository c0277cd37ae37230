import assert from 'node:assert/strict';
import { isLinear } from '@otklik/testing';
import { describe, it } from 'vitest';
import { replyWords } from './replyWords.ts';
import { ownWords, wordsOfHtml } from './words.ts';

/** Our ping as a program quotes it. */
const PING = [
  '🔴 Иван ждёт ответа слишком долго',
  '',
  '│ Есть ли доставка?',
  '│ И сколько она стоит?',
  '',
  'Чат на сайте',
  'На доске: https://otklik.example.ru/?wait=0199f3c0-0000-7000-8000-000000000001',
];
const marked = PING.map((line) => `> ${line}`).join('\n');
const bare = PING.join('\n');
const inHtml = PING.map((line) => `<div>${line}</div>`).join('');

/** By program, with what the client gets. */
const PLAIN: Record<string, string> = {
  'Gmail, Russian': `Да, завтра.\n\nпн, 23 нояб. 2026 г. в 10:05, Отклик <otklik@example.ru>:\n\n${marked}\n`,
  'Gmail, its long attribution broken in two': `Да, завтра.\n\nпн, 23 нояб. 2026 г. в 10:05, Отклик компании «Окна и двери» <\notklik@example.ru>:\n\n${marked}\n`,
  'Gmail, English': `Да, завтра.\n\nOn Mon, Nov 23, 2026 at 10:05 AM Отклик <otklik@example.ru> wrote:\n\n${marked}\n`,
  'Gmail, English, broken in two': `Да, завтра.\n\nOn Mon, Nov 23, 2026 at 10:05 AM Отклик компании «Окна и двери» <\notklik@example.ru> wrote:\n\n${marked}\n`,
  'Gmail, English, broken before the last word': `Да, завтра.\n\nOn Mon, Nov 23, 2026 at 10:05 AM Отклик «Окна и двери» <otklik@example.ru>\nwrote:\n\n${marked}\n`,
  'Outlook, Russian': `Да, завтра.\r\n\r\nОт: Отклик <otklik@example.ru>\r\nОтправлено: 23 ноября 2026 г. 10:05\r\nКому: Анна <anna@example.ru>\r\nТема: Иван ждёт ответа\r\n\r\n${bare}`,
  'Outlook, English': `Да, завтра.\n\nFrom: Отклик <otklik@example.ru>\nSent: Monday, November 23, 2026 10:05 AM\nTo: Анна <anna@example.ru>\nSubject: Иван ждёт ответа\n\n${bare}`,
  'Outlook on the web': `Да, завтра.\n________________________________\nОт: Отклик <otklik@example.ru>\nОтправлено: 23 ноября 2026 г. 10:05\n\n${bare}`,
  'Outlook on a telephone': `Да, завтра.\n\nGet Outlook for iOS<https://aka.ms/o0ukef>\n________________________________\nFrom: Отклик <otklik@example.ru>\nSent: Monday, November 23, 2026 10:05:00 AM\nTo: Анна <anna@example.ru>\nSubject: Иван ждёт ответа\n\n${bare}`,
  'Outlook of old': `Да, завтра.\n\n-----Исходное сообщение-----\nОт: Отклик\n${bare}`,
  'Apple Mail': `Да, завтра.\n\n> 23 нояб. 2026 г., в 10:05, Отклик <otklik@example.ru> написал(а):\n> \n${marked}`,
  'an iPhone': `Да, завтра.\n\nОтправлено с iPhone\n\n> 23 нояб. 2026 г., в 10:05, Отклик <otklik@example.ru> написал(а):\n> \n> \ufeff\n${marked}`,
  'Yandex Mail': `Да, завтра.\n\n23.11.2026, 10:05, "Отклик" <otklik@example.ru>:\n${marked}`,
  'Yandex Mail on a telephone': `Да, завтра.\n\n--\nОтправлено из мобильной Яндекс Почты\n\n----------------\nКому: anna@example.ru;\nТема: Иван ждёт ответа;\n23.11.2026, 10:05, "Отклик" <otklik@example.ru>:\n${bare}`,
  'Yandex Mail, without a mark': `Да, завтра.\n\n----------------\nКому: anna@example.ru;\nТема: Иван ждёт ответа;\n23.11.2026, 10:05, "Отклик" <otklik@example.ru>:\n${bare}`,
  'Mail.ru': `Да, завтра.\n \n \nПонедельник, 23 ноября 2026, 10:05 +03:00 от Отклик <otklik@example.ru>:\n>\n${marked}`,
  'Mail.ru, without a mark': `Да, завтра.\n\nПонедельник, 23 ноября 2026, 10:05 +03:00 от Отклик <otklik@example.ru>:\n${bare}`,
  'Mail.ru on a telephone': `Да, завтра.\n\n> \n> Понедельник, 23 ноября 2026, 10:05 +03:00 от Отклик <otklik@example.ru\n> >:\n> \n${marked}\n\n--\nОтправлено из мобильной почты\n`,
  Thunderbird: `Да, завтра.\n\n23.11.2026 10:05, Отклик пишет:\n${marked}\n\n-- \nАнна Петрова, менеджер\n`,
  'Thunderbird, the answer below': `23.11.2026 10:05, Отклик пишет:\n${marked}\n\nДа, завтра.\n`,
  'a signature alone': 'Да, завтра.\n\n-- \nАнна Петрова\n+7 900 000-00-00',
  'no quotation': 'Да, завтра.\n',
};

const HTML: Record<string, string> = {
  Gmail: `<div dir="ltr">Да, завтра.</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">пн, 23 нояб. 2026 г. в 10:05, Отклик &lt;<a href="mailto:otklik@example.ru">otklik@example.ru</a>&gt;:<br></div><blockquote class="gmail_quote">${inHtml}</blockquote></div>`,
  Outlook: `<div class="WordSection1"><p class="MsoNormal">Да, завтра.</p><p class="MsoNormal">&nbsp;</p><div style="border:none;border-top:solid #E1E1E1 1.0pt"><p class="MsoNormal"><b>From:</b> Отклик &lt;otklik@example.ru&gt;<br><b>Sent:</b> Monday, November 23, 2026 10:05 AM<br><b>To:</b> Анна &lt;anna@example.ru&gt;<br><b>Subject:</b> Иван ждёт ответа</p></div>${inHtml}</div>`,
  'Outlook on the web': `<div dir="ltr">Да, завтра.</div><hr style="display:inline-block;width:98%"><div id="divRplyFwdMsg" dir="ltr"><font face="Calibri"><b>От:</b> Отклик &lt;otklik@example.ru&gt;<br><b>Отправлено:</b> 23 ноября 2026 г. 10:05<br><b>Тема:</b> Иван ждёт ответа</font></div>${inHtml}`,
  'Apple Mail': `<div dir="ltr">Да, завтра.</div><div dir="ltr"><br><blockquote type="cite">23 нояб. 2026 г., в 10:05, Отклик &lt;otklik@example.ru&gt; написал(а):<br><br>${inHtml}</blockquote></div>`,
  'Yandex Mail': `<div>Да, завтра.</div><div> </div><div>----------------</div><div>Кому: Анна (anna@example.ru);</div><div>Тема: Иван ждёт ответа;</div><div>23.11.2026, 10:05, "Отклик" &lt;otklik@example.ru&gt;:</div><blockquote>${inHtml}</blockquote>`,
  'Mail.ru': `<div class="cl-9in"><div>Да, завтра.</div><br><div class="mail-quote-collapse"><blockquote><span>Понедельник, 23 ноября 2026, 10:05 +03:00 от Отклик &lt;otklik@example.ru&gt;:</span><br>${inHtml}</blockquote></div></div>`,
  'Mail.ru on a telephone': `<div id="composeWebView_editable_content"><div>Да, завтра.</div><div id="mail-app-auto-signature">Отправлено из мобильной Почты Mail.ru</div><br><br>Понедельник, 23 ноября 2026, 10:05 +03:00 от Отклик &lt;otklik@example.ru&gt;:<br><div><blockquote id="mail-app-auto-quote">${inHtml}</blockquote></div></div>`,
  Thunderbird: `<p>Да, завтра.</p><div class="moz-cite-prefix">23.11.2026 10:05, <a href="mailto:otklik@example.ru">otklik@example.ru</a> пишет:<br></div><blockquote type="cite">${inHtml}</blockquote><pre class="moz-signature" cols="72">-- \nАнна, менеджер</pre>`,
};

describe('the words of a reply to a ping', () => {
  for (const [program, mail] of Object.entries(PLAIN))
    it(`of ${program}`, () => assert.equal(replyWords(ownWords(mail)), 'Да, завтра.'));
  for (const [program, mail] of Object.entries(HTML))
    it(`of ${program}, in HTML`, () => assert.equal(replyWords(ownWords(wordsOfHtml(mail))), 'Да, завтра.'));

  it('are all that stands between the lines of the quotation', () => {
    const mail = `Здравствуйте!\n\nпн, 23 нояб. 2026 г. в 10:05, Отклик <otklik@example.ru>:\n> Есть ли доставка?\nЕсть.\n> Сколько?\n300 рублей.`;
    assert.equal(replyWords(ownWords(mail)), 'Здравствуйте!\n\nЕсть.\n300 рублей.');
  });

  it('are none where nothing but the ping and a signature stands there', () => {
    const mail = `\n--\nОтправлено из мобильной Яндекс Почты\n\n23.11.2026, 10:05, "Отклик" <otklik@example.ru>:\n${marked}`;
    assert.equal(replyWords(ownWords(mail)), '');
  });

  const KEPT = [
    'Отправлено через СДЭК, трек 123',
    'Отправлено из Москвы вчера, ждите.\nТрек пришлём.\nСумма:\n- 300\n----------\nИтого 300',
    `Список:\n--\n${'Окно\n'.repeat(20)}Всё`,
  ];
  for (const words of KEPT)
    it(`keep what only looks like an addition: ${JSON.stringify(words).slice(0, 30)}`, () =>
      assert.equal(replyWords(ownWords(words)), words));

  const ADDED = [
    'Отправлено с iPhone',
    'Отправлено из мобильной Яндекс Почты: https://ya.cc/mobile-mail',
    'Отправлено из Почты Mail.ru для Android',
    'Отправлено из Outlook для iOS',
    'Отправлено из приложения "Почта" для Windows',
    'Отправлено с моего Galaxy',
    'Sent from my iPhone',
    'Sent from Mail for Windows',
    'Get Outlook for Android<https://aka.ms/AAb9ysg>',
    'Пишу с телефона',
  ];
  for (const line of ADDED)
    it(`leave out «${line}»`, () => assert.equal(replyWords(`Да, завтра.\n\n${line}\n`), 'Да, завтра.'));

  for (const piece of ['-- ', '----------\n', 'Отправлено из ', '23 ноября 2026 ', 'On x ', '\n'])
    it(`are read in linear time from ${JSON.stringify(piece)}`, () =>
      assert.ok(isLinear((mail) => replyWords(ownWords(mail)), piece)));
});
