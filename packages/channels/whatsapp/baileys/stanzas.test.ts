import assert from 'node:assert/strict';
import { proto } from '@whiskeysockets/baileys';
import { describe, it } from 'vitest';
import { PRIVACY } from '../../testing/channelBase.ts';
import { normaliseMessage } from '../normalise.ts';
import stanzas from '../samples/stanzas.json' with { type: 'json' };
import { whatsappConfig } from '../testing/world.ts';
import { envelopeOf, journalNameOf } from './journalled.ts';
import { rawCall, rawMessage, secondsOf } from './rawMessage.ts';

const SELF = { pn: '79990000000:12@s.whatsapp.net', lid: '900000000000001:12@lid' };
const HOW = { wasQueued: false, isResent: false, journal: null };
const reading = {
  channel: whatsappConfig({ colleagues: ['+79160000001'] }),
  privacy: PRIVACY,
  known: new Map<string, string>(),
  self: SELF,
  receivedAt: 1_795_410_100_000,
};

function upserted(attrs: Readonly<Record<string, string | undefined>>, message: object) {
  const given = Object.entries(attrs).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const envelope = envelopeOf({ id: 'AC01', t: '1795410000', ...Object.fromEntries(given) }, SELF);
  assert.ok(envelope, 'the library can read it');
  return { ...envelope, message: proto.Message.fromObject(message) };
}

describe('stanzas as the library reads them', () => {
  for (const { row, attrs, message, expect } of stanzas) {
    it(row, () => {
      const raw = rawMessage(upserted(attrs, message), HOW);
      assert.ok(raw);
      const { events, facts } = normaliseMessage(raw, reading);
      assert.deepEqual(
        events.map(({ kind, side, thread, author }) => `${kind} ${side} ${thread} ${author.phone}`),
        expect,
      );
      assert.doesNotMatch(JSON.stringify([...facts]), /79990000000/, 'our own number is nobody’s');
    });
  }

  it('has one name in the journal, whichever device of the client it came from', () => {
    const named = (from: string) => journalNameOf(upserted({ from }, { conversation: 'x' }));
    assert.equal(named('79161234567@s.whatsapp.net'), named('79161234567:7@s.whatsapp.net'));
    assert.notEqual(named('79161234567@s.whatsapp.net'), named('79167654321@s.whatsapp.net'));
  });

  it('a message that can be viewed once, on the telephone alone, was said all the same', () => {
    const { message: _, ...rest } = upserted({ from: '79161234567@s.whatsapp.net' }, {});
    const raw = rawMessage({ ...rest, key: { ...rest.key, isViewOnce: true } }, HOW);
    assert.deepEqual(raw?.content, { kind: 'speech', text: null });
  });

  it('content that the library does not know is strange, keys alone are silent', () => {
    const contentOf = (message: object) =>
      rawMessage(upserted({ from: '7916@lid' }, message), HOW)?.content?.kind;
    assert.equal(contentOf({}), 'strange');
    assert.equal(contentOf({ senderKeyDistributionMessage: { groupId: '1@g.us' } }), 'silent');
    assert.equal(
      contentOf({ senderKeyDistributionMessage: { groupId: '1@g.us' }, conversation: 'x' }),
      'speech',
    );
  });
});

describe('times', () => {
  it('are numbers, or 64-bit objects', () => {
    const { messageTimestamp } = proto.WebMessageInfo.decode(
      proto.WebMessageInfo.encode({ key: { id: 'x' }, messageTimestamp: 1_795_410_000 }).finish(),
    );
    assert.equal(secondsOf(messageTimestamp), 1_795_410_000);
    assert.equal(secondsOf(1_795_410_000), 1_795_410_000);
    assert.equal(secondsOf(null), null);
    assert.equal(secondsOf(Number.NaN), null);
  });
});

describe('calls', () => {
  const rows: [
    status: Parameters<typeof rawCall>[0]['status'],
    reason: string | null,
    phase: string | null,
  ][] = [
    ['offer', null, 'ringing'],
    ['accept', null, 'answered'],
    ['terminate', 'accepted_elsewhere', 'answered'],
    ['terminate', null, 'missed'],
    ['timeout', 'timeout', 'missed'],
    ['reject', null, 'missed'],
    ['terminate', 'rejected_elsewhere', 'missed'],
    ['relaylatency', null, null],
    ['transport', null, null],
    ['preaccept', null, null],
  ];
  for (const [status, reason, phase] of rows)
    it(`${status} ${reason ?? ''}: ${phase}`, () => {
      const call = { id: 'C1', chatId: '1@lid', from: '1@lid', date: new Date(0), offline: false, status };
      assert.equal(rawCall(call, reason)?.phase ?? null, phase);
    });
});
