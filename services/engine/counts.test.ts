import assert from 'node:assert/strict';
import { fireDue, foldWaitCounts, recordEvents } from '@otklik/store';
import { createMetrics } from '@otklik/telemetry';
import { afterEach, beforeEach, describe, it } from 'vitest';
import { configOf, SMALLEST } from '../../packages/config/testing/reading.ts';
import { at } from '../../packages/domain/testing/story.ts';
import { company } from '../../packages/store/testing/company.ts';
import { type TestStore, testStore } from '../../packages/store/testing/testStore.ts';
import { answer, message, openWait } from '../../packages/store/testing/waits.ts';
import { tellCounts } from './counts.ts';

const OPENED = at('10:00:00');
const config = configOf(SMALLEST);
const rules = company();

describe('what every engine tells of waits', () => {
  let opened: TestStore;
  beforeEach(async () => {
    opened = await testStore();
  });
  afterEach(() => opened[Symbol.asyncDispose]());

  const told = async (metrics = createMetrics('test')) => {
    await tellCounts(opened.store, config, metrics);
    const text = await metrics.read();
    return (line: string): number | null => {
      const found = text.split('\n').find((each) => each.startsWith(`otklik_${line} `));
      return found === undefined ? null : Number(found.split(' ').at(-1));
    };
  };

  it('is what the database counted, whoever did: one who has just come says it too', async () => {
    const of = '{channel="site",owner="anna"}';
    const first = await told();
    assert.equal(first(`breaches_total${of}`), 0);
    assert.equal(first(`response_seconds_count${of}`), 0);
    assert.equal(first(`response_seconds_bucket{le="300",channel="site",owner="anna"}`), 0);

    const late = await openWait(opened.store, OPENED);
    await fireDue(opened.store, rules, { now: at('10:05:00'), upSince: OPENED, unread: [], limit: 10 });
    await answer(opened.store, late, at('10:06:40'));
    await answer(opened.store, await openWait(opened.store, at('10:10:00')), at('10:10:40'));
    for (const fold of [false, true]) {
      if (fold) await foldWaitCounts(opened.store);
      const other = await told();
      assert.equal(other(`breaches_total${of}`), 1);
      const closed = (within: string) =>
        other(`waits_closed_total{channel="site",owner="anna",outcome="answered",within="${within}"}`);
      assert.deepEqual(['warn', 'breach', 'late'].map(closed), [1, 0, 1]);
      const verdict = (word: string) =>
        other(`waits_judged_total{channel="site",owner="anna",verdict="${word}"}`);
      assert.deepEqual([verdict('in_time'), verdict('late')], [1, 1]);
      const bucket = (le: string) => other(`response_seconds_bucket{le="${le}",channel="site",owner="anna"}`);
      assert.deepEqual(['30', '45', '360', '420', '+Inf'].map(bucket), [0, 1, 1, 2, 2]);
      assert.equal(other(`response_seconds_sum${of}`), 440);
      assert.equal(other(`response_seconds_count${of}`), 2);
    }
  });

  it('never goes down, and what was taken back is told apart', async () => {
    const metrics = createMetrics('test');
    const wait = await openWait(opened.store, OPENED);
    await fireDue(opened.store, rules, { now: at('10:05:00'), upSince: OPENED, unread: [], limit: 10 });
    await told(metrics);
    await recordEvents(
      opened.store,
      [message('employee', at('10:01:00'), { thread: wait.thread })],
      rules,
      at('10:08:00'),
    );
    const after = await told(metrics);
    const of = '{channel="site",owner="anna"}';
    assert.deepEqual([after(`breaches_total${of}`), after(`breaches_corrected_total${of}`)], [1, 1]);
    await opened.store.db.destroy(); // while the database is away the last values stay
    await assert.rejects(tellCounts(opened.store, config, metrics));
    assert.match(await metrics.read(), /^otklik_breaches_total\{channel="site",owner="anna"\} 1$/m);
  });
});
