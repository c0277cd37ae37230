import assert from 'node:assert/strict';
import { formatFault } from '@otklik/config';
import { describe, it } from 'vitest';
import { read, SMALLEST } from '../../config/testing/reading.ts';

/** SMALLEST with a mailbox on this server besides. */
function reading(host: string, more = '') {
  const line = `  - { id: mail, kind: email, owner: anna, address: a@example.ru, imap: "imaps://a:secret@${host}:993"${more} }\n`;
  return read(SMALLEST.replace('notify:', `${line}notify:`));
}

function trusted(host: string, more = ''): readonly string[] {
  const result = reading(host, more);
  assert.ok(result.ok);
  const channel = result.config.channels.get('mail');
  assert.ok(channel?.kind === 'email');
  return channel.trustedAuthserv;
}

describe('whose word about senders is trusted', () => {
  it('is that of the mailbox’s provider where we know how it writes it, and else nobody’s', () => {
    for (const [host, names] of [
      ['imap.gmail.com', ['mx.google.com']],
      ['imap.yandex.ru', ['*.yandex.net']],
      ['imap.yandex.com.tr', ['*.yandex.net']],
      ['imap.mail.ru', ['mxs.mail.ru']],
      ['outlook.office365.com', ['exchange_online']],
      ['mail.example.ru', []],
      ['imap.gmail.com.evil.ru', []],
      ['imap.yandex.evil.ru', []],
      ['notimap.mail.ru', []],
    ] as const)
      assert.deepEqual(trusted(host), names, host);
  });

  it('is what the config says: one name, several, or none at all', () => {
    assert.deepEqual(trusted('imap.gmail.com', ', trusted_authserv: MX.example.ru'), ['mx.example.ru']);
    assert.deepEqual(trusted('mail.example.ru', ', trusted_authserv: [mx.example.ru, "*.example.net"]'), [
      'mx.example.ru',
      '*.example.net',
    ]);
    assert.deepEqual(trusted('imap.gmail.com', ', trusted_authserv: []'), []);
    const wrong = reading('mail.example.ru', ', trusted_authserv: "mx.example.ru; dmarc=pass"');
    assert.match(wrong.ok ? '' : wrong.faults.map(formatFault).join(), /is neither the name of a server/);
  });
});
