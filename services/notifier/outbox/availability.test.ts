import assert from 'node:assert/strict';
import { test } from 'vitest';
import { createAvailability } from './availability.ts';

test('a transport that does not answer is tried every five seconds, and is back with what it takes', () => {
  const availability = createAvailability();
  assert.equal(availability.isProbeDue(100_000), false);
  assert.equal(availability.isBack({ outcome: 'retry', afterMs: 1_000, problem: '429' }), false);
  assert.equal(availability.isProbeDue(100_000), false, 'it answers, if only that it wants a pause');
  availability.isBack({ outcome: 'retry', afterMs: null, problem: 'no answer' });
  assert.equal(availability.isProbeDue(100_000), true);
  assert.equal(availability.isProbeDue(104_999), false);
  assert.equal(availability.isProbeDue(105_000), true);
  assert.equal(availability.isBack({ outcome: 'sent' }), true);
  assert.equal(availability.isBack({ outcome: 'sent' }), false);
  assert.equal(availability.isProbeDue(200_000), false);
});
