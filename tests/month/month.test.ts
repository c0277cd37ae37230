import assert from 'node:assert/strict';
import { test } from 'vitest';
import { testStore } from '../../packages/store/testing/testStore.ts';
import { check } from './checker.ts';
import { evidenceOf } from './evidence.ts';
import { openTables } from './record.ts';
import { replay } from './replay.ts';
import { countsOf } from './report.ts';
import { monthBy } from './traffic.ts';

const EVENTS = 20_000;
const seed = Number(process.env.OTKLIK_SEED ?? 20_261_101);

test('a month with bursts, absences, nights, holidays and outages: everybody asked in time, and nobody in vain', async ({
  annotate,
}) => {
  const began = performance.now();
  const month = monthBy(seed, EVENTS);
  await using opened = await testStore({ durable: false });
  await using tables = await openTables(opened.store.url, opened.store.schema);
  const played = await replay(month, opened.store, tables);
  const record = await tables.read(month.editions.at(-1)?.renamed ?? new Map());
  const complaints = check(record, evidenceOf(month, played));
  await annotate(
    `seed ${seed}; ${countsOf(played, record)}; ${((performance.now() - began) / 1_000).toFixed(1)} s`,
  );
  const shown = complaints.slice(0, 20).map(({ rule, wait, what }) => `${rule}: wait ${wait}: ${what}`);
  assert.equal(
    complaints.length,
    0,
    [`OTKLIK_SEED=${seed}: ${complaints.length} complaints`, ...shown].join('\n'),
  );
});
