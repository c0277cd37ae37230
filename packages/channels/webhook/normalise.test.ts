import assert from 'node:assert/strict';
import { type Event, momentsOf, type Privacy } from '@otklik/domain';
import { describe, it, test } from 'vitest';
import { type HookEvent, hookEvent } from './body.ts';
import { normalise } from './normalise.ts';

const RECEIVED = Date.parse('2026-11-23T10:00:01.000Z');
const CHANNEL = { id: 'site', attests: [], policy: { formalReplies: ['Обращение принято'] } };

const sent = (over: object): HookEvent =>
  hookEvent.parse({
    id: 'm-1',
    thread: 'chat-42',
    kind: 'message',
    at: '2026-11-23T10:00:00.000Z',
    from: { side: 'employee' },
    ...over,
  });

const taken = (over: object, text: Privacy['text'] = 'full') =>
  normalise(sent(over), CHANNEL, RECEIVED, { text, keepText: 0, keepEvents: 0 });

const NEUTRAL = { formal: false, farewell: false, apology: false, thanks: false };

for (const kind of ['message', 'comment'] as const) {
  test(`the words of a ${kind} are judged also where none of them is kept`, () => {
    const event = taken({ kind, text: 'Извините за задержку, вот счёт' }, 'none');
    assert.ok(event.kind === kind);
    assert.deepEqual([event.text, event.wording], [null, { ...NEUTRAL, apology: true }]);
  });
}

test('they are judged whole, not only the preview', () => {
  const event = taken({ text: `${'Добрый день! '.repeat(40)} Спасибо за терпение` }, 'preview');
  assert.ok(event.kind === 'message');
  assert.deepEqual(event.wording, { ...NEUTRAL, thanks: true });
  assert.ok(!event.text?.includes('терпение'));
});

test('formal are «ок» and what the company names so', () => {
  for (const text of ['ок', 'обращение принято!']) {
    const event = taken({ text });
    assert.deepEqual(event.kind === 'message' && event.wording, { ...NEUTRAL, formal: true });
  }
});

test('a text that is left out says nothing of words, an empty one says that there are none', () => {
  const wording = (text: string | null | undefined, kept: Privacy['text']) => {
    const event = taken({ text }, kept);
    return event.kind === 'message' ? event.wording : undefined;
  };
  for (const kept of ['full', 'none'] as const) {
    for (const text of [undefined, null]) assert.equal(wording(text, kept), null);
    for (const text of ['', ' \n']) assert.deepEqual(wording(text, kept), { ...NEUTRAL, empty: true });
  }
});

const rules = { bot: false, unknown: false, minCall: 0, formal: true, closing: false, reaction: false };

for (const kind of ['closing', 'reaction'] as const) {
  test(`a ${kind} is a gesture without words: nobody’s turn, and an answer only where the policy says so`, () => {
    const gesture = taken({ kind });
    assert.deepEqual(gesture, {
      kind,
      channel: 'site',
      id: 'm-1',
      thread: 'chat-42',
      side: 'employee',
      author: { id: null, name: null, phone: null, email: null },
      at: RECEIVED - 1_000,
      atSource: 'provider',
      receivedAt: RECEIVED,
      seq: null,
    });
    const means = (event: Event, over: object) =>
      momentsOf([event], () => ({ ...rules, ...over })).map((moment) => moment.means);
    const clients = taken({ kind, from: { side: 'client' } });
    assert.deepEqual(means(gesture, {}), []);
    assert.deepEqual(means(gesture, { [kind]: true }), ['answer']);
    assert.deepEqual(means(clients, { [kind]: true }), []);
  });
}

for (const over of [
  { kind: 'message' },
  { kind: 'comment' },
  { kind: 'call', call: { direction: 'in', phase: 'ringing' } },
]) {
  test(`a ${over.kind} may say what it is about; it is kept as the words are`, () => {
    const about = (text: Privacy['text'], subject: unknown) => {
      const event = taken({ ...over, subject }, text);
      return 'subject' in event ? event.subject : undefined;
    };
    assert.deepEqual(about('full', ' Заказ № 7 '), { title: 'Заказ № 7', link: null });
    assert.equal(about('preview', 'я'.repeat(130))?.title, `${'я'.repeat(120)}…`);
    for (const nothing of [about('none', 'Заказ № 7'), about('full', null), about('full', '')])
      assert.equal(nothing, undefined);
  });
}

describe('a number or an address', () => {
  const from = { side: 'client', id: 'u7', phone: '+79990000001', email: 'ivan@example.ru' } as const;
  const author = (over: object, attests: readonly ('phone' | 'email')[]) =>
    normalise(sent({ from, ...over }), { ...CHANNEL, attests }, RECEIVED, {
      text: 'full',
      keepText: 0,
      keepEvents: 0,
    }).author;
  const call = { kind: 'call', call: { direction: 'in', phase: 'ringing' } };

  it('is what the client typed, unless the channel vouches for it', () => {
    const { phone, email } = from;
    for (const [over, attests, proven, typed] of [
      [{}, [], { phone: null, email: null }, { phone, email }],
      [{ kind: 'comment' }, [], { phone: null, email: null }, { phone, email }],
      [{}, ['phone'], { phone, email: null }, { phone: null, email }],
      [{}, ['email'], { phone: null, email }, { phone, email: null }],
      [{}, ['phone', 'email'], { phone, email }, undefined],
      [call, [], { phone, email: null }, { phone: null, email }],
    ] as const)
      assert.deepEqual(
        author(over, attests),
        { id: 'u7', name: null, ...proven, ...(typed && { typed }) },
        JSON.stringify([over, attests]),
      );
  });

  it('of a colleague is what the signed body says', () => {
    const anna = { side: 'employee', id: 'anna', email: 'anna@example.ru' };
    assert.deepEqual(author({ from: anna }, []), {
      id: 'anna',
      name: null,
      phone: null,
      email: 'anna@example.ru',
    });
  });
});
