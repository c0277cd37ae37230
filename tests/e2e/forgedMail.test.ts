import assert from 'node:assert/strict';
import { until } from '@otklik/testing';
import { it } from 'vitest';
import { TestMailbox } from '../../packages/channels/email/testing/mailbox.ts';
import { startOtklik } from './otklik.ts';

interface Wait {
  readonly client: string;
  readonly outcome: string | null;
  readonly answered_by: string | null;
}
interface KeptAside {
  readonly mail: { readonly from: string; readonly subject: string } | null;
}

const OWN = 'mx.example.ru';
const PROVEN = `Authentication-Results: ${OWN}; dmarc=pass (p=none) header.from=example.ru\n`;

it('a forged From closes no wait: it is kept aside and shown; a form on our own site is its client’s turn', async () => {
  const mailbox = await TestMailbox.open();
  const otklik = await startOtklik({
    config: `
version: 1
people: [{ id: olga, name: Ольга, email: olga@example.ru }]
channels:
  - { id: mail, kind: email, owner: olga, address: sales@example.ru, also: ["@example.ru"], imap: "${mailbox.imap}", trusted_authserv: ${OWN} }
`,
  });
  const mail = (id: string, from: string, to: string, more = '') =>
    mailbox.append(
      'INBOX',
      `${more}From: ${from}\nTo: ${to}\nSubject: Re: Order\nMessage-ID: <${id}@x.example>\nContent-Type: text/plain\n\nText\n`,
    );
  const waits = async (state: 'open' | 'closed') =>
    (await otklik.api<{ items: Wait[] }>(`/waits?state=${state}`)).body.items;
  const open = (count: number) =>
    until(async () => (await waits('open')).length === count, { timeoutMs: 60_000, what: `${count} open` });
  try {
    await mail('q1', 'Ann <ann@mail.example>', 'sales@example.ru');
    await open(1);
    const answer = 'In-Reply-To: <q1@x.example>\n';
    await mail('a1', 'Olga <olga@example.ru>', 'ann@mail.example, sales@example.ru', answer);
    const forged = `Authentication-Results: evil.example; dmarc=pass header.from=example.ru\n${answer}`;
    await mail('a2', 'olga@example.ru', 'ann@mail.example', forged);
    // Read after them, as it comes after them.
    await mail('form', 'site@example.ru', 'sales@example.ru', 'Reply-To: Ivan <ivan@mail.example>\n');
    await open(2);
    assert.deepEqual((await waits('open')).map(({ client }) => client).sort(), ['Ann', 'Ivan']);
    const aside = (await otklik.api<{ items: KeptAside[] }>('/channels/mail/kept-aside')).body.items;
    assert.deepEqual(
      aside.map((item) => [item.mail?.from, item.mail?.subject]),
      [
        ['olga@example.ru', 'Re: Order'],
        ['olga@example.ru', 'Re: Order'],
      ],
    );
    const { items } = (await otklik.api<{ items: { id: string; kept_aside: number }[] }>('/channels')).body;
    assert.deepEqual(
      items.map(({ kept_aside }) => kept_aside),
      [2],
    );

    await mail('a3', 'Olga <olga@example.ru>', 'ann@mail.example', PROVEN + answer);
    await open(1);
    assert.deepEqual(
      (await waits('closed')).map(({ client, outcome, answered_by }) => [client, outcome, answered_by]),
      [['Ann', 'answered', 'olga']],
    );
  } finally {
    await otklik.stop();
  }
});
