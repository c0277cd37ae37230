import assert from 'node:assert/strict';
import { test } from 'vitest';
import { createDependencies } from './dependencies.ts';
import { createMetrics } from './metrics.ts';

const NEVER = new Promise<void>(() => undefined);
const NO = () => Promise.reject(new Error('gone'));
const YES = async () => undefined;

test('what hangs is missing, and so is what fails; the others are there', async () => {
  const needs = createDependencies();
  needs.add('redis', () => NEVER);
  needs.add('disk', NO);
  needs.add('postgres', YES);
  assert.deepEqual(
    await needs.check(),
    new Map([
      ['postgres', true],
      ['disk', false],
      ['redis', false],
    ]),
  );
});

test('who is asked in two ways is there when both find them', async () => {
  for (const ways of [
    [YES, NO],
    [NO, YES],
  ]) {
    const needs = createDependencies();
    for (const ask of ways) needs.add('redis', ask);
    assert.deepEqual(await needs.check(), new Map([['redis', false]]));
  }
});

test('a question that hangs is not asked again by each reading', async () => {
  const needs = createDependencies();
  let asked = 0;
  needs.add('postgres', () => {
    asked += 1;
    return NEVER;
  });
  await Promise.all([needs.check(), needs.check()]);
  await needs.check();
  assert.equal(asked, 1);
});

test('metrics are told with their last values when what they are read from hangs or fails', async () => {
  const metrics = createMetrics('test');
  let state: 'sound' | 'hung' | 'failing' = 'sound';
  const failures: unknown[] = [];
  metrics.beforeReading(
    async () => {
      if (state === 'hung') await NEVER;
      if (state === 'failing') throw new Error('gone');
      metrics.waitsOpen.set({ channel: 'site', owner: 'anna', stage: 'waiting' }, 3);
    },
    (error) => failures.push(error),
  );
  const three = /^otklik_waits_open\{channel="site",owner="anna",stage="waiting"\} 3$/m;
  assert.match(await metrics.read(), three);
  state = 'failing';
  assert.match(await metrics.read(), three);
  assert.equal(failures.length, 1);
  state = 'hung';
  assert.match(await metrics.read(), three);
});
