import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from 'vitest';
import {
  type Attested,
  type Confirmed,
  handlesOf,
  joinedClients,
  nameKey,
  typedHandlesOf,
} from './oneClient.ts';

const CLIENTS = ['a', 'b', 'c', 'd', 'e', 'f'];
const client = fc.constantFrom(...CLIENTS);
const attested: fc.Arbitrary<Attested[]> = fc.array(
  fc.record({
    client,
    kind: fc.constantFrom('phone', 'email'),
    value: fc.constantFrom('1', '2', '3'),
  }),
  { maxLength: 10 },
);
const confirmed: fc.Arbitrary<Confirmed[]> = fc.array(fc.record({ a: client, b: client }), { maxLength: 3 });

/** The groups without what order they came in. */
const plain = (groups: readonly (readonly string[])[]) =>
  groups.map((group) => group.toSorted().join('')).sort();
const of = (...known: [string, 'phone' | 'email', string][]): Attested[] =>
  known.map(([client, kind, value]) => ({ client, kind, value }));

test('a number that two channels attest is one person', () => {
  assert.deepEqual(plain(joinedClients(['a', 'b', 'c'], of(['a', 'phone', '1'], ['b', 'phone', '1']), [])), [
    'ab',
    'c',
  ]);
});

test('a number here and an address there join along the chain', () => {
  const known = of(['a', 'phone', '1'], ['b', 'phone', '1'], ['b', 'email', 'x'], ['c', 'email', 'x']);
  assert.deepEqual(plain(joinedClients(['a', 'b', 'c'], known, [])), ['abc']);
});

test('the same digits as number and as address are two handles', () => {
  const known = of(['a', 'phone', '1'], ['b', 'email', '1']);
  assert.deepEqual(plain(joinedClients(['a', 'b'], known, [])), ['a', 'b']);
});

test('a thread with two numbers joins by neither, and still by its only address', () => {
  const known = of(['a', 'phone', '1'], ['a', 'phone', '2'], ['b', 'phone', '1'], ['c', 'phone', '2']);
  assert.deepEqual(plain(joinedClients(['a', 'b', 'c'], known, [])), ['a', 'b', 'c']);
  const withAddress = [...known, ...of(['a', 'email', 'x'], ['c', 'email', 'x'])];
  assert.deepEqual(plain(joinedClients(['a', 'b', 'c'], withAddress, [])), ['ac', 'b']);
});

test('a person joins what no handle does', () => {
  assert.deepEqual(plain(joinedClients(['a', 'b'], [], [{ a: 'a', b: 'b' }])), ['ab']);
});

test('every client is in exactly one group, in whatever order it became known', () => {
  fc.assert(
    fc.property(attested, confirmed, (known, words) => {
      const groups = joinedClients(CLIENTS, known, words);
      assert.deepEqual(groups.flat().toSorted(), CLIENTS);
      const again = joinedClients(
        CLIENTS.toReversed(),
        [...known.toReversed(), ...known],
        words.toReversed(),
      );
      assert.deepEqual(plain(again), plain(groups));
    }),
  );
});

test('nobody is together who has neither handle nor word in common', () => {
  fc.assert(
    fc.property(attested, confirmed, (known, words) => {
      const group = joinedClients(CLIENTS, known, words).find((group) => group.includes('a')) ?? [];
      const touches = (one: string, other: string) =>
        words.some(({ a, b }) => (a === one && b === other) || (a === other && b === one)) ||
        known.some(
          (x) =>
            x.client === one &&
            known.some((y) => y.client === other && y.kind === x.kind && y.value === x.value),
        );
      // Whoever is in a's group is reached from a in steps that each have a reason.
      const reached = new Set(['a']);
      for (let grown = true; grown; ) {
        const next = CLIENTS.filter(
          (one) => !reached.has(one) && [...reached].some((other) => touches(one, other)),
        );
        for (const one of next) reached.add(one);
        grown = next.length > 0;
      }
      assert.ok(group.every((one) => reached.has(one)));
    }),
  );
});

test('only what a client does attests, and an address has no case', () => {
  const author = { id: 'u', name: null, phone: '+79990000001', email: 'Ivan@Example.RU' };
  const said = { kind: 'message', thread: 't', author } as const;
  assert.deepEqual(handlesOf({ ...said, side: 'client' }), [
    { kind: 'phone', value: '+79990000001' },
    { kind: 'email', value: 'ivan@example.ru' },
  ]);
  assert.deepEqual(handlesOf({ ...said, side: 'employee' }), []);
});

test('of a call the number on the line attests, whoever made it; a message in a thread of that name does not', () => {
  const author = { id: 'anna', name: null, phone: null, email: null };
  const call = { kind: 'call', thread: '+79990000001', side: 'employee', author } as const;
  assert.deepEqual(handlesOf(call), [{ kind: 'phone', value: '+79990000001' }]);
  const both = { ...call, side: 'client', author: { ...author, phone: '+79990000001' } } as const;
  assert.equal(handlesOf(both).length, 1);
  assert.deepEqual(handlesOf({ ...call, thread: 'room-7' }), []);
  assert.deepEqual(handlesOf({ ...call, kind: 'message' }), []);
});

test('what a client types attests nothing, whatever else is known', () => {
  const typed = fc.record({
    phone: fc.constantFrom(null, '+79990000001', '+79990000002'),
    email: fc.constantFrom(null, 'Ivan@Example.RU', 'x@y'),
  });
  const place = fc.record({
    kind: fc.constantFrom('message' as const, 'call' as const),
    thread: fc.constantFrom('t', '+79990000001'),
    side: fc.constantFrom('client' as const, 'employee' as const),
    call: fc.constantFrom({}, { numberTyped: true as const }),
  });
  fc.assert(
    fc.property(place, typed, typed, (event, proven, said) => {
      const author = { id: 'u', name: null, ...proven };
      const attested = handlesOf({ ...event, author });
      assert.deepEqual(handlesOf({ ...event, author: { ...author, typed: said } }), attested);
      const own = typedHandlesOf({ ...event, author: { ...author, typed: said } });
      const both = [...attested, ...own].map(({ kind, value }) => `${kind} ${value}`);
      assert.equal(new Set(both).size, both.length, 'nothing is typed and proven at once');
    }),
  );
});

test('of a call that somebody ordered for a number the number is typed, until the call has reached it', () => {
  const author = { id: null, name: null, phone: null, email: null };
  const line = [{ kind: 'phone', value: '+79990000001' }];
  const ordered = { kind: 'call', thread: '+79990000001', side: 'client', author } as const;
  const typed = { ...ordered, call: { numberTyped: true } } as const;
  assert.deepEqual([handlesOf(typed), typedHandlesOf(typed)], [[], line]);
  assert.deepEqual([handlesOf(ordered), typedHandlesOf(ordered)], [line, []]);
});

test('a full name is the same in another case, order, or with ё', () => {
  assert.equal(nameKey('Пётр  ИЛЬИЧ'), nameKey('ильич петр'));
  assert.equal(nameKey('Anna-Maria O’Neil'), nameKey('o’neil anna-maria'));
  assert.notEqual(nameKey('Пётр Ильич'), nameKey('Пётр Иванов'));
  for (const none of [null, '', 'Иван', 'Иван 😀', 'Иван 2', 'И. И.']) assert.equal(nameKey(none), null);
});
