import assert from 'node:assert/strict';
import { test } from 'vitest';
import { latestOf } from './latestOf.ts';

test('a reading that began earlier and ends later does not bring back what was', async () => {
  const reads: ((value: string) => void)[] = [];
  const seen: string[] = [];
  const refresh = latestOf(
    () => new Promise<string>((resolve) => reads.push(resolve)),
    (value) => seen.push(value),
  );
  const all = [refresh(), refresh(), refresh()];
  reads[1]?.('after the change');
  await all[1];
  reads[0]?.('before the change');
  await all[0];
  reads[2]?.('later still');
  await all[2];
  assert.deepEqual(seen, ['after the change', 'later still']);
});

test('a reading that failed holds up none after it', async () => {
  let fails = true;
  const seen: number[] = [];
  const refresh = latestOf(
    async () => {
      if (fails) throw new Error('away');
      return 1;
    },
    (value) => seen.push(value),
  );
  await assert.rejects(refresh(), /away/);
  fails = false;
  await refresh();
  assert.deepEqual(seen, [1]);
});
