import assert from 'node:assert/strict';
import { test } from 'vitest';
import { waitOf } from '../boardFixture.ts';
import { createChangeLog } from './changeLog.ts';

const change = (id: string) => ({ wait: waitOf(id, 1), closed: false });

test('what the stream told while a list was being fetched is still known afterwards', () => {
  const log = createChangeLog();
  log.note([change('before')]);
  const mark = log.mark();
  log.note([change('meanwhile')]);
  assert.deepEqual(
    log.since(mark).map(({ wait }) => wait.id),
    ['meanwhile'],
  );
});

test('a mark stays right when the oldest changes are forgotten', () => {
  const log = createChangeLog();
  for (let old = 0; old < 1_999; old++) log.note([change('old')]);
  const mark = log.mark();
  log.note([change('a'), change('b'), change('c')]);
  assert.deepEqual(
    log.since(mark).map(({ wait }) => wait.id),
    ['a', 'b', 'c'],
  );
});
