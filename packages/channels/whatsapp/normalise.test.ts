import assert from 'node:assert/strict';
import type { Event } from '@otklik/domain';
import { describe, it } from 'vitest';
import { PRIVACY } from '../testing/channelBase.ts';
import { namesNeeded, normaliseMessage, type Reading, sentName } from './normalise.ts';
import { normaliseCall } from './normaliseCall.ts';
import type { RawWaCall, RawWaContent, RawWaMessage } from './rawEvent.ts';
import { GREETING, whatsappConfig } from './testing/world.ts';

const LID = '123456789012345@lid';
const PN = '79161234567@s.whatsapp.net';
const GROUP = '120363000000000001@g.us';
const SELF = { pn: '79990000000:12@s.whatsapp.net', lid: '900000000000001:12@lid' };
const NOW = 1_795_410_100_000;

function reading(known: Record<string, string> = {}, over: Partial<Reading> = {}): Reading {
  return {
    channel: whatsappConfig({ colleagues: ['+79160000001'] }),
    privacy: PRIVACY,
    known: new Map(Object.entries(known)),
    self: SELF,
    receivedAt: NOW,
    ...over,
  };
}

function message(over: Partial<RawWaMessage> = {}): RawWaMessage {
  return {
    chat: LID,
    chatAlt: PN,
    participant: null,
    participantAlt: null,
    fromMe: false,
    id: 'AC01',
    sentAt: 1_795_410_000,
    pushName: 'Иван',
    wasQueued: false,
    isResent: false,
    isUndecrypted: false,
    content: speech('Есть в наличии?'),
    journal: null,
    ...over,
  };
}

const speech = (text: string | null): RawWaContent => ({ kind: 'speech', text });

/** `kind side thread id` of each. */
const told = (events: readonly Event[]): string[] =>
  events.map(({ kind, side, thread, id }) => `${kind} ${side} ${thread} ${id}`);

const read = (over: Partial<RawWaMessage>, known: Record<string, string> = {}): string[] =>
  told(normaliseMessage(message(over), reading(known)).events);

const SAID = `message client ${LID} AC01`;
const ANSWERED = `message employee ${LID} AC01/out`;

describe('whose message it is', () => {
  const rows: [rule: string, over: Partial<RawWaMessage>, expected: string[]][] = [
    ['a client’s, live', {}, [SAID]],
    ['a client’s, from the queue of what we missed', { wasQueued: true }, [SAID]],
    ['an employee’s on the telephone, live', { fromMe: true }, [ANSWERED]],
    ['an employee’s on the telephone while we were away', { fromMe: true, wasQueued: true }, [ANSWERED]],
    [
      'the greeting of WhatsApp Business',
      { fromMe: true, content: speech(GREETING) },
      [`message bot ${LID} AC01/out`],
    ],
    [
      'the greeting with other spaces and signs',
      { fromMe: true, content: speech(`  ${GREETING.toUpperCase().replace('!', ' ')} \n`) },
      [`message bot ${LID} AC01/out`],
    ],
    ['a client who writes like the greeting', { content: speech(GREETING) }, [SAID]],
    ['ours that the telephone re-sent', { fromMe: true, isResent: true }, [`message bot ${LID} AC01/out`]],
    ['a client’s that the telephone re-sent', { isResent: true }, [SAID]],
    ['a client’s that cannot be decrypted yet', { content: null, isUndecrypted: true }, [SAID]],
    ['ours that cannot be decrypted yet', { fromMe: true, content: null, isUndecrypted: true }, []],
    ['a notification about a group', { content: null, chat: GROUP, participant: LID }, []],
    ['our own chat with ourselves', { chat: '79990000000@s.whatsapp.net', chatAlt: null, fromMe: true }, []],
    ['our own chat by LID', { chat: '900000000000001@lid', chatAlt: null }, []],
    ['status', { chat: 'status@broadcast', chatAlt: null, participant: PN }, []],
    ['a broadcast list', { chat: '12@broadcast', chatAlt: null, participant: PN }, []],
    ['a newsletter', { chat: '120363@newsletter', chatAlt: null }, []],
    ['a bot of Meta’s', { chat: '867051314767696@bot', chatAlt: null }, []],
    ['WhatsApp’s own service account', { chat: '0@s.whatsapp.net', chatAlt: null }, []],
  ];
  for (const [rule, over, expected] of rows)
    it(rule, () => {
      assert.deepEqual(read(over), expected);
    });

  it('what we sent ourselves is no event: whoever sent it records it', () => {
    assert.deepEqual(read({ fromMe: true }, { [sentName('AC01')]: 'x' }), []);
    assert.deepEqual(read({ fromMe: false }, { [sentName('AC01')]: 'x' }), [SAID]);
    assert.ok(namesNeeded(message({ fromMe: true })).includes(sentName('AC01')));
  });
});

describe('what counts as said', () => {
  it('words with what they amount to, cut as privacy wants', () => {
    const none = reading({}, { privacy: { ...PRIVACY, text: 'none' } });
    const [kept] = normaliseMessage(message({ content: speech('Спасибо!\0') }), reading()).events;
    const [hidden] = normaliseMessage(message({ content: speech('Спасибо!') }), none).events;
    assert.equal(kept?.kind === 'message' && kept.text, 'Спасибо!');
    assert.equal(kept?.kind === 'message' && kept.wording?.farewell, true);
    assert.equal(hidden?.kind === 'message' && hidden.text, null);
  });

  it('a message without words is one all the same', () => {
    const [event] = normaliseMessage(message({ content: speech(null) }), reading()).events;
    assert.equal(event?.kind === 'message' && event.text, null);
  });

  it('one that the library does not know is one, and somebody should look at it', () => {
    const { events, fault } = normaliseMessage(message({ content: { kind: 'strange' } }), reading());
    assert.deepEqual(told(events), [SAID]);
    assert.match(fault ?? '', /update Otklik/);
  });

  it('a reaction is a gesture, and taking it back is nothing', () => {
    assert.deepEqual(read({ content: { kind: 'reaction', emoji: '👍' } }), [`reaction client ${LID} AC01`]);
    assert.deepEqual(read({ content: { kind: 'reaction', emoji: '' } }), []);
  });

  it('an edit, a vote and the like are nothing', () => {
    assert.deepEqual(read({ content: { kind: 'silent' } }), []);
  });
});

describe('taking a message back', () => {
  const revoke = (over: Partial<RawWaMessage>, of: Partial<Extract<RawWaContent, { kind: 'revoke' }>> = {}) =>
    normaliseMessage(
      message({ id: 'AC02', content: { kind: 'revoke', of: 'AC01', by: null, ofMe: true, ...of }, ...over }),
      reading(),
    ).events.map((event) => `${event.kind} ${event.side} of ${event.kind === 'deletion' ? event.of : ''}`);

  it('a client withdraws their own', () => {
    assert.deepEqual(revoke({}), ['deletion client of AC01']);
  });
  it('an employee takes their own answer back', () => {
    assert.deepEqual(revoke({ fromMe: true }), ['deletion employee of AC01/out']);
  });
  it('an employee hides a client’s message in a group: no withdrawal of the client’s', () => {
    const group = { chat: GROUP, fromMe: true };
    assert.deepEqual(revoke(group, { ofMe: false, by: LID }), ['deletion employee of AC01']);
  });
  it('a client who is an administrator hides another’s: nobody withdrew anything', () => {
    assert.deepEqual(revoke({ chat: GROUP, participant: PN }, { by: LID }), []);
  });
  it('a client withdraws their own in a group', () => {
    assert.deepEqual(revoke({ chat: GROUP, participant: LID }, { by: LID }), ['deletion client of AC01']);
  });
});

describe('what could not be decrypted', () => {
  const stub = message({ content: null, isUndecrypted: true });

  it('opens a wait with the sender and time that it has, once', () => {
    const { events, history } = normaliseMessage(stub, reading());
    assert.deepEqual(told(events), [SAID]);
    const later = normaliseMessage(message(), reading(Object.fromEntries(history)));
    assert.deepEqual(told(later.events), [SAID]);
  });

  it('and turns out to be no turn: the wait is withdrawn', () => {
    const { history } = normaliseMessage(stub, reading());
    const known = reading(Object.fromEntries(history));
    const { events } = normaliseMessage(message({ content: { kind: 'silent' } }), known);
    assert.deepEqual(told(events), [`deletion client ${LID} AC01/none`]);
    const reaction = normaliseMessage(message({ content: { kind: 'reaction', emoji: '👍' } }), known);
    assert.deepEqual(told(reaction.events), [
      `reaction client ${LID} AC01`,
      `deletion client ${LID} AC01/none`,
    ]);
  });

  it('because it was an edit that was read before: nothing', () => {
    const { history } = normaliseMessage(message({ content: { kind: 'silent' } }), reading());
    assert.deepEqual(normaliseMessage(stub, reading(Object.fromEntries(history))).events, []);
  });
});

describe('when it was', () => {
  const at = (sentAt: number | null) => {
    const [event] = normaliseMessage(message({ sentAt }), reading()).events;
    return [event?.at, event?.atSource];
  };
  it('the provider’s second', () => assert.deepEqual(at(1_795_410_000), [1_795_410_000_000, 'provider']));
  it('never later than we received it', () => assert.deepEqual(at(1_795_999_999), [NOW, 'provider']));
  it('our receipt when it has none', () => assert.deepEqual(at(null), [NOW, 'arrival']));
});

describe('a call', () => {
  const call = (over: Partial<RawWaCall>): string[] => {
    const raw: RawWaCall = {
      id: 'C1',
      from: LID,
      pn: PN,
      isGroup: false,
      sentAt: 1_795_410_000,
      wasQueued: false,
      phase: 'ringing',
      ...over,
    };
    return normaliseCall(raw, reading()).events.map((event) =>
      event.kind === 'call'
        ? `${event.id} ${event.side} ${event.thread} ${event.author.phone} ${event.call.phase} ${event.call.outcome}`
        : event.kind,
    );
  };
  it('rings', () => assert.deepEqual(call({}), [`call-C1/ringing client ${LID} +79161234567 ringing null`]));
  it('is missed', () =>
    assert.deepEqual(call({ phase: 'missed' }), [`call-C1/missed client ${LID} +79161234567 ended missed`]));
  it('is answered on another device', () =>
    assert.deepEqual(call({ phase: 'answered' }), [`call-C1/answered employee ${LID} null answered null`]));
  it('in a group is nobody’s', () => assert.deepEqual(call({ isGroup: true }), []));
  it('of our own is not heard', () => assert.deepEqual(call({ from: SELF.pn }), []));
});
