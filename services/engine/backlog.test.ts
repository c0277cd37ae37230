import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import type { BacklogState, Event } from '@otklik/domain';
import { openQueue } from '@otklik/queue';
import { reportSpool } from '@otklik/store';
import { until } from '@otklik/testing';
import { freshRedis } from '@otklik/testing/servers';
import { afterEach, beforeEach, describe, it } from 'vitest';
import { story } from '../../packages/domain/testing/story.ts';
import { type TestStore, testStore } from '../../packages/store/testing/testStore.ts';
import { watchBacklog } from './backlog.ts';

const NOTHING = { unfinished: async () => ({ jobs: [], isAll: true }) };
const EVERYBODY = { channels: null };

const message = (channel: string, receivedAt: number): Event[] =>
  story(`10:00:00 ${channel}/7 client message m1`).map((event) => ({ ...event, receivedAt }));

describe('what is acknowledged and not yet recorded', () => {
  let opened: TestStore;
  /** How far the watch's clock is ahead. */
  let ahead = 0;
  const now = () => Date.now() + ahead;
  beforeEach(async () => {
    opened = await testStore();
    ahead = 0;
  });
  afterEach(() => opened[Symbol.asyncDispose]());

  const watch = (queue: Parameters<typeof watchBacklog>[0]['queue'], isIngest = false) =>
    watchBacklog({ store: opened.store, queue, isIngest, now });
  const spool = (held: { since?: number; channels?: string[]; at?: number } = {}, by = opened.store) =>
    reportSpool(by, { spool: 'here', at: now(), since: null, channels: [], ...held });

  /** A busy machine may not answer within the 250 ms that a look waits. */
  const settles = (look: () => Promise<BacklogState>, held: BacklogState['held']) =>
    until(async () => isDeepStrictEqual((await look()).held, held), {
      what: `held: ${JSON.stringify(held)}`,
      timeoutMs: 10_000,
    });

  it('is a job in the queue, also in the hands of whoever does not finish it', async () => {
    await using redis = await freshRedis();
    const place = { kind: 'redis', url: redis.url, prefix: 'otklik' } as const;
    const queue = openQueue<readonly Event[]>('events', place, () => undefined, 5_000);
    const { look } = watch(queue);
    try {
      await settles(() => look(0), null);
      await queue.add(message('site', Date.now() - 5_000));
      await settles(() => look(0), { channels: ['site'] });
      const done = Promise.withResolvers<void>();
      const consumer = queue.consume(() => done.promise, 10);
      await until(() => consumer.held() === 1, { what: 'it is taken' });
      assert.deepEqual((await look(0)).held, { channels: ['site'] });
      done.resolve();
      await settles(() => look(0), null);
      await consumer.close();
    } finally {
      await queue.close();
    }
  });

  it('is what an ingest holds on its disk, whose process may have ended', async () => {
    const { look } = watch(NOTHING);
    const another = await opened.another();
    await spool({ since: now() - 5_000, channels: ['site', 'line'] }, another);
    await settles(() => look(0), { channels: ['site', 'line'] });
    await another.close();
    assert.deepEqual((await look(0)).held, { channels: ['site', 'line'] });
    await spool(); // the next process took over the folder
    await settles(() => look(0), null);
  });

  it('an ingest that lives and says nothing may hold anything; one that ended with an empty disk holds nothing', async () => {
    const { look } = watch(NOTHING);
    const another = await opened.another();
    await spool({ at: now() - 10_000 }, another);
    await settles(() => look(0), EVERYBODY);
    await another.close();
    await settles(() => look(0), null);
  });

  it('a report from before the database hung is worth nothing', async () => {
    const { look } = watch(NOTHING);
    await spool();
    await settles(() => look(0), null);
    const backAt = now();
    ahead = 1_500;
    assert.deepEqual((await look(backAt)).held, EVERYBODY);
    await spool();
    await settles(() => look(backAt), null);
  });

  it('a process that takes events in waits for its own first report', async () => {
    const { look } = watch(NOTHING, true);
    await settles(() => look(0), EVERYBODY);
    await spool();
    await settles(() => look(0), null);
  });

  it('a queue that cannot be asked holds everything for half a minute, and no look for long', async () => {
    let hangs = false;
    const { look } = watch({
      unfinished: () => (hangs ? new Promise<never>(() => undefined) : NOTHING.unfinished()),
    });
    await settles(() => look(0), null);
    hangs = true;
    ahead = 2_000;
    assert.deepEqual((await look(0)).held, EVERYBODY);
    ahead = 33_000;
    const released = await look(0);
    assert.deepEqual([released.held, released.standing], [null, EVERYBODY]);
    hangs = false;
    await until(async () => (await look(0)).standing === null, { what: 'it answers', timeoutMs: 10_000 });
  });
});
