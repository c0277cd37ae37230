import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from 'vitest';
import { type Press, parsePress, pressData } from './press.ts';

const personId = fc.stringMatching(/^[a-z0-9][a-z0-9_-]{0,31}$/);
const press: fc.Arbitrary<Press> = fc.oneof(
  fc
    .tuple(
      fc.constantFrom(
        'acknowledge',
        'release',
        'call',
        'no_reply',
        'back',
        'why',
        'accept',
        'reject',
        'reached',
        'not_reached',
        'let_go',
      ),
      fc.uuid(),
    )
    .map(([does, notice]): Press => ({ does, notice })),
  fc.uuid().map((wait): Press => ({ does: 'acknowledge_wait', wait })),
  fc.integer({ min: 1, max: 9_999 }).map((page): Press => ({ does: 'page', page })),
  fc
    .tuple(fc.uuid(), fc.integer({ min: 1, max: 999 }))
    .map(([notice, page]): Press => ({ does: 'choose', notice, page })),
  fc.tuple(fc.uuid(), personId).map(([notice, to]): Press => ({ does: 'hand_over', notice, to })),
  fc.tuple(fc.uuid(), fc.nat(9)).map(([notice, reason]): Press => ({ does: 'dispute', notice, reason })),
);

test('a press comes back as it went out, in no more than the 64 bytes that Telegram carries', () => {
  fc.assert(
    fc.property(press, (pressed) => {
      const data = pressData(pressed);
      assert.ok(Buffer.byteLength(data) <= 64, data);
      assert.deepEqual(parsePress(data), pressed);
    }),
  );
});

test('what is not ours is nothing', () => {
  const ours = pressData({ does: 'acknowledge', notice: '0199f3c0-1111-7000-8000-00000000000f' });
  const foreign = [
    '',
    'take:1',
    ours.slice(0, -1),
    `${ours}x`,
    `${ours}:anna`,
    ours.replace('t:', 'h:'),
    ours.replace('t:', 'd:'),
    `${ours.replace('t:', 'd:')}:anna`,
    `x${ours}`,
  ];
  for (const data of foreign) assert.equal(parsePress(data), null, data);
  fc.assert(fc.property(fc.string(), (data) => assert.equal(parsePress(data), null)));
});

test('buttons that stand in chats already go on to work', () => {
  const id = '0199f3c0-1111-7000-8000-00000000000f';
  assert.deepEqual(parsePress('t:AZnzwBERcACAAAAAAAAADw'), { does: 'acknowledge', notice: id });
  assert.deepEqual(parsePress('m:AZnzwBERcACAAAAAAAAADw'), { does: 'acknowledge_wait', wait: id });
});
