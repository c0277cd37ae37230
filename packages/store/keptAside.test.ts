import assert from 'node:assert/strict';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, it } from 'vitest';
import {
  type Aside,
  againLeft,
  askAgain,
  keptAside,
  keptAsideCounts,
  notReadAgain,
  quarantine,
  readAgain,
  sawAside,
  toReadAgain,
  unseenAside,
} from './keptAside.ts';
import type { Store } from './store.ts';
import { type TestStore, testStore } from './testing/testStore.ts';

const aside = (changes: Partial<Aside> = {}): Aside => ({
  channel: 'site',
  source: 'site',
  reason: 'why',
  form: 'told',
  body: { id: 1 },
  ...changes,
});
const request = { path: '', query: { key: 'k' }, headers: { 'x-sign': 's' }, base64: 'e30=' };

describe('what is kept aside', () => {
  let opened: TestStore;
  let store: Store;
  beforeAll(async () => {
    opened = await testStore();
    ({ store } = opened);
  });
  beforeEach(() => sql`delete from quarantine`.execute(store.db));
  afterAll(() => opened[Symbol.asyncDispose]());

  it('is kept even when the database could not hold it as it is', async () => {
    await quarantine(store, aside({ body: { text: 'a\0b\ud83d', list: ['\\u0000'] } }), 1_000);
    const { rows } = await sql<object>`select at, source, reason, body from quarantine`.execute(store.db);
    const body = { text: 'a\uFFFDb\uFFFD', list: ['\\u0000'] };
    assert.deepEqual(rows, [{ at: 1_000, source: 'site', reason: 'why', body }]);
  });

  it('is there once, however often a list shows it; another channel’s is another', async () => {
    const kept = [
      await quarantine(store, aside(), 1_000),
      await quarantine(store, aside({ reason: 'another reason' }), 2_000),
      await quarantine(store, aside({ channel: 'mail' }), 2_000),
    ];
    assert.deepEqual(kept, [true, false, true]);
    assert.deepEqual(
      await keptAsideCounts(store),
      new Map([
        ['site', 1],
        ['mail', 1],
      ]),
    );
    const [item] = await keptAside(store, 'site', 10);
    assert.deepEqual([item?.at, item?.reason], [1_000, 'another reason']);
  });

  it('is unseen until a person has looked, and what came meanwhile stays so', async () => {
    await quarantine(store, aside({ reason: 'older' }), 1_000);
    await quarantine(store, aside({ body: 2, reason: 'newer' }), 2_000);
    await quarantine(store, aside({ body: 3, why: 'unproven' }), 3_000);
    assert.deepEqual(
      await unseenAside(store),
      new Map([['site', { not_understood: 2, unproven: 1, reason: 'newer', at: 2_000 }]]),
    );
    const shown = Math.max(...(await keptAside(store, 'site', 10)).map(({ id }) => id));
    await quarantine(store, aside({ body: 4, reason: 'not shown yet' }), 4_000);
    assert.equal(await sawAside(store, 'site', { upTo: shown, by: 'olga', now: 5_000 }), 3);
    assert.equal(await sawAside(store, 'site', { upTo: shown, by: 'anna', now: 6_000 }), 0);
    assert.deepEqual((await unseenAside(store)).get('site'), {
      not_understood: 1,
      unproven: 0,
      reason: 'not shown yet',
      at: 4_000,
    });
    const items = await keptAside(store, 'site', 10);
    assert.deepEqual(
      items.map(({ reason, seen_by, seen_at }) => [reason, seen_by, seen_at]),
      [
        ['not shown yet', null, null],
        ['why', 'olga', 5_000],
        ['newer', 'olga', 5_000],
        ['older', 'olga', 5_000],
      ],
    );
    // A repeated body is not new.
    await quarantine(store, aside({ reason: 'older' }), 9_000);
    assert.equal((await unseenAside(store, 'site')).get('site')?.not_understood, 1);
  });

  it('is seen only as far as it was shown: of more than fit, the oldest come first', async () => {
    for (const body of ['one', 'two', 'three']) await quarantine(store, aside({ body }), 1_000);
    const shown = await keptAside(store, 'site', 2);
    const upTo = Math.max(...shown.map(({ id }) => id));
    assert.equal(await sawAside(store, 'site', { upTo, by: 'olga', now: 2_000 }), 2);
    assert.equal((await unseenAside(store)).get('site')?.not_understood, 1, 'the third was not on the page');
    const [next] = await keptAside(store, 'site', 2);
    assert.equal(next?.seen_at, null);
  });

  it('is read again when asked for: what was understood goes, what was kept aside anew stays', async () => {
    await quarantine(store, aside({ body: 'understood now' }), 1_000);
    await quarantine(store, aside({ body: 'still not' }), 1_000);
    await quarantine(store, aside({ body: 'whose?', why: 'unproven' }), 1_000);
    assert.deepEqual(await toReadAgain(store, 'site'), []);
    assert.equal(await askAgain(store, 'site', 2_000), 2);
    const asides = await toReadAgain(store, 'site');
    assert.deepEqual(
      asides.map(({ body, at }) => [body, at]),
      [
        ['understood now', 1_000],
        ['still not', 1_000],
      ],
    );
    assert.deepEqual(await againLeft(store, 'site'), { waiting: 2, left: 2 });
    await quarantine(store, aside({ body: 'still not' }), 3_000);
    await readAgain(store, asides, 3_000);
    assert.deepEqual(await againLeft(store, 'site'), { waiting: 0, left: 1 });
    assert.deepEqual(
      (await sql<{ body: string }>`select body from quarantine order by position`.execute(store.db)).rows,
      [{ body: 'still not' }, { body: 'whose?' }],
    );
  });

  it('stays when it could not be read now', async () => {
    await quarantine(store, aside(), 1_000);
    await askAgain(store, 'site', 2_000);
    await notReadAgain(store, await toReadAgain(store, 'site'));
    assert.deepEqual(await toReadAgain(store, 'site'), []);
    assert.deepEqual(await againLeft(store, 'site'), { waiting: 0, left: 1 });
  });

  it('is read again by its feed, or by whoever takes what is posted; without its proof a posted body is not', async () => {
    await quarantine(store, aside({ body: 'told' }), 1_000);
    await quarantine(store, aside({ body: 'posted', form: 'posted', request }), 1_000);
    await quarantine(store, aside({ body: 'posted long ago', form: 'posted' }), 1_000);
    await quarantine(store, aside({ body: 'event', form: 'event' }), 1_000);
    assert.equal(await askAgain(store, 'site', 2_000), 3);
    assert.deepEqual(
      (await toReadAgain(store, 'site')).map(({ body }) => body),
      ['told'],
    );
    const others = await toReadAgain(store, null);
    assert.deepEqual(
      others.map(({ body }) => body),
      ['posted', 'event'],
    );
    assert.deepEqual(others[0]?.request, request);
  });
});
