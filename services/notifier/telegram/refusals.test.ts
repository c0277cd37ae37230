import assert from 'node:assert/strict';
import { test } from 'vitest';
import { handOverOf } from './refusals.ts';

const refusals: { code: number; says: string; is: 'a dead end' | 'this message' | 'closed' }[] = [
  { code: 403, says: 'Forbidden: bot was blocked by the user', is: 'a dead end' },
  { code: 403, says: 'Forbidden: user is deactivated', is: 'a dead end' },
  { code: 403, says: "Forbidden: bot can't initiate conversation with a user", is: 'a dead end' },
  { code: 400, says: 'Bad Request: chat not found', is: 'a dead end' },
  { code: 400, says: 'Bad Request: PEER_ID_INVALID', is: 'a dead end' },
  { code: 400, says: 'Bad Request: message is too long', is: 'this message' },
  { code: 400, says: "Bad Request: can't parse entities", is: 'this message' },
  { code: 401, says: 'Unauthorized', is: 'closed' },
  { code: 404, says: 'Not Found', is: 'closed' },
];
for (const { code, says, is } of refusals)
  test(`${code} “${says}” is about ${is}`, () => {
    const problem = `sendMessage: ${code} ${says}`;
    const result = handOverOf({ outcome: 'refused', code, problem });
    assert.deepEqual(
      result,
      is === 'closed'
        ? { outcome: 'closed', problem }
        : { outcome: 'refused', problem, ...(is === 'a dead end' && { isDeadEnd: true }) },
    );
  });

test('what passes is tried again', () => {
  const busy = { outcome: 'retry', code: 429, afterMs: 7_000, problem: 'sendMessage: 429' } as const;
  assert.deepEqual(handOverOf(busy), busy);
});
