import assert from 'node:assert/strict';
import { test } from 'vitest';
import { clientName } from './clientName.ts';

for (const [client_name, thread, called] of [
  ['Иван', '+79160000001', 'Иван'],
  [null, '+79160000001', '+79160000001'],
  [null, 'hidden:c-1', null],
  [null, 'chat-42', null],
  [null, '79160000001', null],
] as const)
  test(`a client named ${client_name} in ${thread} is called ${called}`, () =>
    assert.equal(clientName({ client_name, thread }), called));
