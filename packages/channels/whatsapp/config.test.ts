import assert from 'node:assert/strict';
import { formatFault } from '@otklik/config';
import { describe, it } from 'vitest';
import { read, SMALLEST } from '../../config/testing/reading.ts';

const KEY = Buffer.alloc(32, 7).toString('base64');

/** SMALLEST with these channels besides. */
function reading(...entries: string[]) {
  const lines = entries.map((entry) => `  - { kind: whatsapp, owner: anna, ${entry} }\n`).join('');
  return read(SMALLEST.replace('notify:', `${lines}notify:`));
}

function faults(...entries: string[]): string {
  const result = reading(...entries);
  return result.ok ? '' : result.faults.map(formatFault).join('\n');
}

describe('a channel of kind whatsapp', () => {
  it('is taken with its number and key', () => {
    const result = reading(`id: wa, phone: "+79990000000", key: "${KEY}", auto_replies: ["Привет!\\nЖдите"]`);
    assert.ok(result.ok);
    const channel = result.config.channels.get('wa');
    assert.ok(channel?.kind === 'whatsapp');
    assert.equal(channel.key.reveal(), KEY);
    assert.deepEqual(channel.autoReplies, ['Привет!\nЖдите']);
    assert.equal(channel.webSocket, 'wss://web.whatsapp.com/ws/chat');
  });

  const wrong: [what: string, entry: string, says: RegExp][] = [
    ['a number without plus', `phone: "79990000000", key: "${KEY}"`, /no number.*in quotes/s],
    ['a number with spaces', `phone: "+7 999 000-00-00", key: "${KEY}"`, /no number/],
    ['a short key', 'phone: "+79990000000", key: "c2hvcnQ="', /32 bytes.*openssl rand -base64 32/s],
    ['an empty greeting', `phone: "+79990000000", key: "${KEY}", auto_replies: [" "]`, /empty/],
    [
      'an address that is no socket',
      `phone: "+79990000000", key: "${KEY}", web_socket: "https://x"`,
      /wss?:\/\//,
    ],
  ];
  for (const [what, entry, says] of wrong)
    it(`refuses ${what}`, () => {
      assert.match(faults(`id: wa, ${entry}`), says);
    });

  it('refuses a second channel of one number', () => {
    const entry = (id: string) => `id: ${id}, phone: "+79990000000", key: "${KEY}"`;
    assert.match(
      faults(entry('wa'), entry('wb')),
      /belongs to another channel already.*One account, one channel/s,
    );
  });

  it('never shows its key', () => {
    const entry = `id: wa, phone: "+79990000000", key: "${KEY}x"`;
    assert.doesNotMatch(faults(entry), new RegExp(KEY));
  });
});
