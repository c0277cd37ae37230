import assert from 'node:assert/strict';
import { until } from '@otklik/testing';
import { it } from 'vitest';
import { TestMailbox } from '../../packages/channels/email/testing/mailbox.ts';
import type { MailRead } from '../fakes/smtp/readMail.ts';
import { startFakeSmtp } from '../fakes/smtp/startFakeSmtp.ts';
import { startFakeTelegram } from '../fakes/telegram/startFakeTelegram.ts';
import { message, startOtklik } from './otklik.ts';

const CLIENTS_BOT = '700001:clients';
const SENDER = 'otklik@example.ru';
const ANNA = 'anna@example.ru';
const SOON_MS = 30_000;

interface Wait {
  readonly id: string;
  readonly client: string;
  readonly channel: string;
  readonly outcome: string | null;
  readonly answered_by: string | null;
}

let replies = 0;

/** Anna's reply by mail, to the mailbox of the ping, with the ping quoted below. */
function replyTo(ping: MailRead, words: string, more = '', type = 'text/plain; charset=utf-8'): string {
  replies += 1;
  const quoted = ping.text.replaceAll(/^/gm, '> ');
  const body = type.startsWith('text/plain')
    ? `${words}\n\nпн, 23 нояб. 2026 г. в 10:05, Отклик <${SENDER}>:\n\n${quoted}\n\n-- \nАнна Петрова\n`
    : words;
  const references = [...ping.references, ping.messageId].join(' ');
  return `From: Anna <${ANNA}>\nTo: ${SENDER}\nSubject: Re: ping\nMessage-ID: <reply${replies}@mail.example>\nIn-Reply-To: ${ping.messageId}\nReferences: ${references}\n${more}MIME-Version: 1.0\nContent-Type: ${type}\n\n${body}`;
}

it('a reply to a ping by mail reaches the client, and its writer reads what became of it', async () => {
  const [telegram, smtp, mailbox] = [
    await startFakeTelegram(),
    await startFakeSmtp(SENDER),
    await TestMailbox.open(),
  ];
  telegram.addBot(CLIENTS_BOT);
  const otklik = await startOtklik({
    config: `
version: 1
people: [{ id: anna, name: Анна, email: ${ANNA} }, { id: boris, name: Борис, email: boris@example.ru }]
policies: { default: { warn: 1s, breach: 30m } }
channels:
  - { id: bot, kind: telegram, name: Наш бот, owner: anna, token: "${CLIENTS_BOT}", api_root: "${telegram.apiRoot}" }
  - { id: site, kind: webhook, name: Чат на сайте, owner: anna, secret: env:SITE_SECRET }
  - { id: mail, kind: email, name: Почта, owner: boris, address: ${SENDER}, imap: "${mailbox.imap}" }
notify: { email: { smtp: "${smtp.url}", from: "Отклик <${SENDER}>" } }
`,
  });
  const heard = (what: string, is: (mail: MailRead) => boolean, address = ANNA) =>
    until(() => smtp.to(address).find(is), { timeoutMs: SOON_MS, what });
  const told = (ping: MailRead, words: RegExp) =>
    heard(`${words}`, ({ text, references }) => references.includes(ping.messageId) && words.test(text));
  const waits = async (state: 'open' | 'closed') =>
    (await otklik.api<{ items: Wait[] }>(`/waits?state=${state}`)).body.items;
  try {
    const ivan = telegram.user({ id: 800_001, firstName: 'Иван' });
    const toIvan = () => telegram.chat(CLIENTS_BOT, ivan.id).fromBot.map(({ text }) => text);
    ivan.writes(CLIENTS_BOT, 'Какая скидка?');
    const ping = await heard('the ping', ({ text }) => /^⏳ Иван ждёт ответа/.test(text));
    assert.match(ping.text, /\n\nОтветьте на это письмо — клиент получит ваш ответ\.$/);

    const [open] = await waits('open');
    const board = await fetch(`${otklik.base}/?wait=${open?.id}`);
    assert.match(`${board.status} ${board.headers.get('content-type')}`, /^200 text\/html/);

    // Auto-replies, and replies to nobody, say nothing to the client.
    await mailbox.append('INBOX', replyTo(ping, 'Я в отпуске', 'Auto-Submitted: auto-replied\n'));
    await mailbox.append(
      'INBOX',
      replyTo(
        ping,
        '--B\nContent-Type: text/plain; charset=utf-8\n\nПрайс во вложении\n--B\nContent-Type: application/pdf; name=a.pdf\nContent-Disposition: attachment; filename=a.pdf\nContent-Transfer-Encoding: base64\n\nJVBERi0=\n--B--\n',
        '',
        'multipart/mixed; boundary=B',
      ),
    );
    await told(ping, /^⚠️ Ответ не отправлен\nПисьмом клиенту уходит только текст\..* Клиент всё ещё ждёт\./);
    await mailbox.append('INBOX', replyTo(ping, ''));
    await told(ping, /нет ни слова, кроме цитаты и подписи/);
    assert.deepEqual(toIvan(), []);

    await mailbox.append('INBOX', replyTo(ping, 'Скидка 10 %'));
    const sent = await told(ping, /^✅ Отправлено: Иван\.\nОтвечено за \d+:\d\d — Анна$/);
    assert.deepEqual(toIvan(), ['Скидка 10 %']);
    assert.equal(sent.subject, `Re: ${ping.subject}`);
    assert.equal(sent.inReplyTo, `<reply${replies}@mail.example>`);
    assert.equal(sent.autoSubmitted, 'auto-replied');
    const [closed] = await waits('closed');
    assert.deepEqual([closed?.client, closed?.outcome, closed?.answered_by], ['Иван', 'answered', 'anna']);

    // A channel that we cannot write to: the ping says so, and so does the answer to a reply.
    await otklik.send('site', message('client', 'Ольга', Date.now()));
    const other = await heard('the other ping', ({ text }) => /^⏳ Ольга ждёт ответа/.test(text));
    assert.match(other.text, /Не отвечайте на это письмо: до клиента ответ не дойдёт\.$/);
    await mailbox.append('INBOX', replyTo(other, 'Да'));
    await told(other, /В канал «Чат на сайте» отсюда написать нельзя/);

    // It ends otherwise: the pinged person reads so in the thread.
    await otklik.send('site', message('employee', 'Ольга', Date.now()));
    const end = await told(other, /^✅ Отвечено за \d+:\d\d — Анна/);
    assert.equal(end.subject, other.subject);
    assert.equal(end.inReplyTo, other.messageId);
    assert.equal(end.autoSubmitted, 'auto-generated');

    // To a ping that we never sent.
    const made = { ...ping, messageId: '<0199f3c0-1111-4000-8000-00000000000f@example.ru>', references: [] };
    await mailbox.append('INBOX', replyTo(made, 'Скидка 50 %'));
    await told(made, /больше не найти/);
    // A stranger who answers a ping is a client.
    await mailbox.append('INBOX', replyTo(ping, 'Подделка').replace(ANNA, 'eve@mail.example'));
    await heard('the ping about her', ({ text }) => text.includes('Подделка'), 'boris@example.ru');
    assert.deepEqual(toIvan(), ['Скидка 10 %']);
    assert.deepEqual(
      (await waits('open')).map(({ channel }) => channel),
      ['mail'],
      'no reply of ours has opened a wait',
    );
    const abouts = smtp.to(ANNA).map(({ text }) => text.split('\n', 1)[0]);
    assert.equal(abouts.filter((line) => line?.startsWith('✅')).length, 2, 'one end for each wait');
    assert.deepEqual(telegram.violations, []);
  } finally {
    await otklik.stop();
    await telegram.close();
    await smtp.close();
  }
});

it('a reply to a mail about several clients goes to none of them', async () => {
  const [smtp, mailbox] = [await startFakeSmtp(SENDER), await TestMailbox.open()];
  const otklik = await startOtklik({
    config: `
version: 1
people: [{ id: anna, name: Анна, email: ${ANNA} }]
policies: { default: { warn: 2s, breach: 30m } }
channels:
  - { id: site, kind: webhook, name: Чат на сайте, owner: anna, secret: env:SITE_SECRET }
  - { id: mail, kind: email, name: Почта, owner: anna, address: ${SENDER}, imap: "${mailbox.imap}" }
notify: { email: { smtp: "${smtp.url}", from: "Отклик <${SENDER}>" } }
`,
  });
  try {
    const at = Date.now();
    await otklik.send('site', [message('client', 'Иван', at), message('client', 'Ольга', at)]);
    const list = await until(() => smtp.to(ANNA).find(({ text }) => text.startsWith('Ждут ответа: 2')), {
      timeoutMs: SOON_MS,
      what: 'the list',
    });
    await mailbox.append('INBOX', replyTo(list, 'Да'));
    await until(
      () => smtp.to(ANNA).find(({ text }) => text.includes('несколько клиентов, и непонятно, кому ответ')),
      {
        timeoutMs: SOON_MS,
        what: 'the answer',
      },
    );
    await otklik.send('site', [
      message('employee', 'Иван', Date.now()),
      message('employee', 'Ольга', Date.now()),
    ]);
    const ends = await until(
      () => smtp.to(ANNA).find(({ subject }) => subject === '✅ Ответа от вас больше не ждут: 2'),
      { timeoutMs: SOON_MS, what: 'one mail for both ends' },
    );
    assert.deepEqual(ends.references, [list.messageId]);
  } finally {
    await otklik.stop();
    await smtp.close();
  }
});
