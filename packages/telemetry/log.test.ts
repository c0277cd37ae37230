import assert from 'node:assert/strict';
import { it } from 'vitest';
import { whatBroke } from './log.ts';

it('a logged error says what broke and where, and nothing of what a library hung on it', () => {
  const error = Object.assign(new Error('terminating connection'), {
    code: '57P01',
    client: { secretKey: 4711 },
    detail: 'Key (phone)=(+79161234567) already exists.',
  });
  const { stack, ...told } = whatBroke(error) as { stack: string };
  assert.deepEqual(told, { type: 'Error', message: 'terminating connection', code: '57P01' });
  assert.match(stack, /log\.test\.ts/);
});
