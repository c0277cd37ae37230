import assert from 'node:assert/strict';
import { formatFault } from '@otklik/config';
import { describe, it } from 'vitest';
import { read, SMALLEST } from '../../config/testing/reading.ts';

function faults(...entries: string[]): string {
  const lines = entries
    .map(
      (entry) =>
        `  - { kind: avito, owner: anna, client_id: cl, client_secret: "a-secret", key: the-key-of-this-test-1, ${entry} }\n`,
    )
    .join('');
  const result = read(SMALLEST.replace('notify:', `${lines}notify:`));
  return result.ok ? '' : result.faults.map(formatFault).join('\n');
}

describe('a channel of kind avito', () => {
  it('is one of several, each account its own', () =>
    assert.equal(faults('id: one, user_id: "111"', 'id: other, user_id: "112"'), ''));

  it('is refused when its account belongs to another', () =>
    assert.match(
      faults('id: one, user_id: "111"', 'id: other, user_id: "111"'),
      /channel "other": its account belongs to another channel already/,
    ));
});
