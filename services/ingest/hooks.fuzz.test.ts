import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from 'vitest';
import { EVENT, NOW, startHooks } from './testing/hooksWorld.ts';

const CALL = {
  ...EVENT,
  id: 'c-9/ended',
  kind: 'call',
  text: null,
  call: { direction: 'out', phase: 'ended', outcome: 'missed', talk_seconds: 0 },
};
const DELETION = {
  id: 'd-1',
  thread: 't',
  kind: 'deletion',
  at: EVENT.at,
  from: { side: 'client' },
  of: 'm-1',
};
const CLOSING = { id: 'x-1', thread: 't', kind: 'closing', at: EVENT.at, from: { side: 'employee' } };
const REACTION = { ...CLOSING, id: 'r-1', kind: 'reaction' };

/** Dangerous texts: lone surrogates, NULs, names of what every object has. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '',
    '\u0000',
    '\ud83d',
    '__proto__',
    'constructor',
    'toString',
    '/',
    '~1',
    '9'.repeat(400),
    '%',
  ),
);
const value: fc.Arbitrary<unknown> = fc.oneof(
  text,
  fc.jsonValue(),
  fc.constantFrom(-0, 1e308, Number.MAX_SAFE_INTEGER + 1, [], {}, null, true),
);
const steps = [...Object.keys(EVENT), 'call', 'of', 'side', 'phone', 'direction', 'phase', 'talk_seconds'];

const FIELD = { enumerable: true, configurable: true, writable: true };

/** A valid event with some fields replaced, removed or added, at the top or one level below. */
const mutated = fc
  .tuple(
    fc.constantFrom<object>(EVENT, CALL, DELETION, CLOSING, REACTION),
    fc.array(
      fc.record({
        under: fc.option(fc.constantFrom('from', 'call')),
        key: fc.oneof(fc.constantFrom(...steps), text),
        value: fc.option(value, { nil: undefined }),
      }),
      { maxLength: 3 },
    ),
  )
  .map(([event, changes]) => {
    const copy: Record<string, unknown> = { ...structuredClone(event) };
    for (const { under, key, value } of changes) {
      const inside = under === null ? copy : copy[under];
      if (typeof inside !== 'object' || inside === null) continue;
      if (value === undefined) Reflect.deleteProperty(inside, key);
      // A copy, as a later change may reach into the value.
      else Object.defineProperty(inside, key, { ...FIELD, value: structuredClone(value) });
    }
    return copy;
  });

async function assertCleanAnswer(body: Buffer | string): Promise<void> {
  await using hooks = await startHooks();
  const answer = await hooks.post(body);
  if (answer.status === 202) {
    assert.ok(hooks.accepted.every((event) => event.at <= NOW && event.id !== ''));
    const known = JSON.stringify(hooks.accepted);
    assert.ok(!known.includes('\\u0000') && !/\\ud[89a-f]/.test(known), 'the database could not keep it');
    return;
  }
  assert.ok(answer.status >= 400 && answer.status < 500, `${answer.status}`);
  assert.deepEqual(hooks.accepted, []);
  const { errors } = answer.json();
  assert.ok(errors.length > 0);
  const sent = parsed(body);
  for (const { path, pointer, detail } of errors) {
    assert.ok(detail !== '');
    assert.ok(isPlace(path, sent), `${path} is no place in the body`);
    assert.ok(isPlace(decodeURIComponent(pointer.slice(1)), sent) || !path.isWellFormed());
  }
}

function parsed(body: Buffer | string): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return null;
  }
}

/** Whether an RFC 6901 pointer leads to something, or to a missing field. */
function isPlace(pointer: string, body: unknown): boolean {
  const keys = pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  let place: unknown = body;
  for (const key of keys) {
    if (typeof place !== 'object' || place === null) return false;
    place = Object.hasOwn(place, key) ? Reflect.get(place, key) : undefined;
  }
  return true;
}

const runs = { numRuns: 400 };

test('any bytes are refused with a reason', async () => {
  const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));
  await fc.assert(fc.asyncProperty(bytes, assertCleanAnswer), runs);
});

test('any JSON is refused with the place of each fault', async () => {
  await fc.assert(fc.asyncProperty(fc.json({ stringUnit: 'binary' }), assertCleanAnswer), runs);
});

test('an event with some fields changed is taken whole or refused with the place of each fault', async () => {
  await fc.assert(
    fc.asyncProperty(mutated, (event) => assertCleanAnswer(JSON.stringify(event))),
    { numRuns: 1_000 },
  );
});

test('an array with changed events among sound ones is taken whole or not at all', async () => {
  const list = fc.array(fc.oneof(fc.constant(EVENT), mutated), { maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(list, (events) => assertCleanAnswer(JSON.stringify(events))),
    runs,
  );
});

test('a sound body with some bytes flipped is taken or refused, never a fault of ours', async () => {
  const sound = Buffer.from(JSON.stringify([EVENT, CALL, DELETION, CLOSING, REACTION]));
  const flips = fc.array(fc.tuple(fc.nat(sound.length - 1), fc.nat(255)), { minLength: 1, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(flips, (changes) => {
      const body = Buffer.from(sound);
      for (const [place, byte] of changes) body[place] = byte;
      return assertCleanAnswer(body);
    }),
    runs,
  );
});
