import assert from 'node:assert/strict';
import { test } from 'vitest';
import { leftTextsOf } from './leftTexts.ts';

test('how many history left waiting is said as people say it', () => {
  const { left } = leftTextsOf('ru');
  for (const [clients, said] of [
    [1, 'остался 1 клиент'],
    [3, 'остались 3 клиента'],
    [5, 'осталось 5 клиентов'],
    [21, 'остался 21 клиент'],
    [112, 'осталось 112 клиентов'],
  ] as const)
    assert.equal(left(clients), `До начала наблюдения без ответа ${said}`);
  assert.match(leftTextsOf('en').left(1), /^1 client has/);
  assert.match(leftTextsOf('en').left(2), /^2 clients have/);
});
