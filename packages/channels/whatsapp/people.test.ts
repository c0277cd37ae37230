import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { type PersonJid, personJid, phoneOfJid } from './jids.ts';
import { placePerson } from './people.ts';

const person = (jid: string): PersonJid => {
  const found = personJid(jid);
  assert.ok(found);
  return found;
};
const LID = person('123456789012345@lid');
const PN = person('79161234567@s.whatsapp.net');

describe('addresses', () => {
  const rows: [jid: string, server: string | null, jid: string | null, phone: string | null][] = [
    ['79161234567@s.whatsapp.net', 'pn', '79161234567@s.whatsapp.net', '+79161234567'],
    ['79161234567:12@s.whatsapp.net', 'pn', '79161234567@s.whatsapp.net', '+79161234567'],
    ['79161234567@c.us', 'pn', '79161234567@s.whatsapp.net', '+79161234567'],
    ['79161234567:99@hosted', 'pn', '79161234567@s.whatsapp.net', '+79161234567'],
    ['123456789012345@lid', 'lid', '123456789012345@lid', null],
    ['123456789012345:3@hosted.lid', 'lid', '123456789012345@lid', null],
    ['120363000000000001@g.us', null, null, null],
    ['status@broadcast', null, null, null],
    ['0@s.whatsapp.net', null, null, null],
    ['12@newsletter', null, null, null],
    ['867051314767696@bot', null, null, null],
    ['', null, null, null],
  ];
  for (const [jid, server, plain, phone] of rows)
    it(`«${jid}»`, () => {
      const found = personJid(jid);
      assert.deepEqual([found?.server ?? null, found?.jid ?? null, phoneOfJid(jid)], [server, plain, phone]);
    });
});

describe('one person behind two addresses', () => {
  /** Plays them in order; returns each thread and number. */
  const said = (...pairs: [one: PersonJid, alt: PersonJid | null][]): string[] => {
    const known = new Map<string, string>();
    return pairs.map(([one, alt]) => {
      const { thread, phone, learned } = placePerson(one, alt, known);
      for (const [name, value] of learned) known.set(name, value);
      return `${thread} ${phone}`;
    });
  };

  it('their thread is the LID where it is known, and the number is attested', () => {
    assert.deepEqual(said([LID, PN]), ['123456789012345@lid +79161234567']);
    assert.deepEqual(said([PN, LID]), ['123456789012345@lid +79161234567']);
  });

  it('else the number', () => {
    assert.deepEqual(said([PN, null]), ['79161234567@s.whatsapp.net +79161234567']);
  });

  it('a LID alone has no number, however many digits it has', () => {
    assert.deepEqual(said([LID, null]), ['123456789012345@lid null']);
  });

  it('what was said once is remembered when the stanza does not say it', () => {
    assert.deepEqual(said([LID, PN], [LID, null], [PN, null]), [
      '123456789012345@lid +79161234567',
      '123456789012345@lid +79161234567',
      '123456789012345@lid +79161234567',
    ]);
  });

  it('a conversation that began under the number goes on there: its past cannot be moved', () => {
    assert.deepEqual(said([PN, null], [LID, PN], [LID, null]), [
      '79161234567@s.whatsapp.net +79161234567',
      '79161234567@s.whatsapp.net +79161234567',
      '79161234567@s.whatsapp.net +79161234567',
    ]);
  });

  it('of two conversations that turn out to be one person’s the LID’s goes on, and attests the number', () => {
    assert.deepEqual(said([PN, null], [LID, null], [LID, PN], [PN, null]), [
      '79161234567@s.whatsapp.net +79161234567',
      '123456789012345@lid null',
      '123456789012345@lid +79161234567',
      '123456789012345@lid +79161234567',
    ]);
  });

  it('two addresses of one kind are no pair', () => {
    const other = person('79169999999@s.whatsapp.net');
    assert.deepEqual(said([PN, other]), ['79161234567@s.whatsapp.net +79161234567']);
  });
});
