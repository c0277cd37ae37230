import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { until } from '@otklik/testing';
import fc from 'fast-check';
import { describe, test } from 'vitest';
import { type JobQueue, openQueue } from './queue.ts';
import { backends, nowhere, type TestPlace } from './testing/places.ts';

const holdJob = fileURLToPath(new URL('./testing/holdJob.ts', import.meta.url));
const closeInVain = fileURLToPath(new URL('./testing/closeInVain.ts', import.meta.url));
/** Generous, as the machine may be busy; how soon a queue gives up is tested by itself. */
const PATIENT_MS = 5_000;
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

for (const { name, start } of backends) {
  describe(`a queue on ${name}`, () => {
    test('hands over each job once', async () => {
      await using world = await openWorld(start);
      const got: number[] = [];
      for (const job of numbers(30)) await world.queue.add(job);
      world.consume(async (batch) => void got.push(...batch), 10);
      await until(async () => total(await world.queue.counts()) === 0, { what: 'an empty queue' });
      assert.deepEqual(
        got.toSorted((a, b) => a - b),
        numbers(30),
      );
    });

    test('hands over in order to one that takes one at a time', async () => {
      await using world = await openWorld(start);
      const got: number[] = [];
      for (const job of numbers(10)) await world.queue.add(job);
      world.consume(async (batch) => void got.push(...batch), 1);
      await until(() => got.length >= 10, { what: 'all jobs' });
      assert.deepEqual(got, numbers(10));
    });

    test('hands over together what has arrived together, and no more than asked for', async () => {
      await using world = await openWorld(start);
      const sizes: number[] = [];
      for (const job of numbers(40)) await world.queue.add(job);
      world.consume(async (batch) => void sizes.push(batch.length), 20);
      await until(() => sizes.reduce((sum, size) => sum + size, 0) >= 40, { what: 'all jobs' });
      assert.ok(Math.max(...sizes) <= 20, `${sizes}`);
      assert.ok(Math.max(...sizes) > 1, `${sizes}`);
    });

    test('a job that was added is there for another process (law 8)', async () => {
      await using world = await openWorld(start);
      await world.queue.add(7);
      const other = openQueue<number>('jobs', world.place, () => {});
      assert.equal((await other.counts()).waiting, 1);
      await other.close();
    });

    test('a job is done when its batch is, not before (law 8)', async () => {
      await using world = await openWorld(start);
      const finish = Promise.withResolvers<void>();
      const consumer = world.consume(() => finish.promise, 100);
      await world.queue.add(1);
      await until(() => consumer.held() === 1, { what: 'the job is held' });
      assert.equal((await world.queue.counts()).active, 1);
      // Jobs are taken as they come, and found while they wait, are taken, or are held.
      const added = [1];
      try {
        for (const job of numbers(40).map((number) => number + 2)) {
          await world.queue.add(job);
          added.push(job);
          const { jobs, isAll } = await world.queue.unfinished(100);
          assert.deepEqual([jobs.toSorted((a, b) => Number(a) - Number(b)), isAll], [added, true]);
        }
      } finally {
        finish.resolve();
      }
      await until(async () => total(await world.queue.counts()) === 0, { what: 'the job is gone' });
      assert.deepEqual(await world.queue.unfinished(10), { jobs: [], isAll: true });
    });

    test('of more unfinished jobs than asked for, some of the oldest are told', async () => {
      await using world = await openWorld(start);
      for (const job of numbers(20)) await world.queue.add(job);
      const { jobs, isAll } = await world.queue.unfinished(12);
      assert.equal(isAll, false);
      assert.ok(jobs.includes(0));
      assert.ok(jobs.length <= 12, `${jobs}`);
    });

    test('closing finishes what is held and takes nothing new', async () => {
      await using world = await openWorld(start);
      const finish = Promise.withResolvers<void>();
      const got: number[] = [];
      const consumer = world.consume(async (batch) => {
        got.push(...batch);
        await finish.promise;
      }, 1);
      await world.queue.add(1);
      await until(() => got.length === 1, { what: 'the first job' });
      const closed = consumer.close();
      await world.queue.add(2);
      finish.resolve();
      await closed;
      assert.deepEqual(got, [1]);
      const { waiting, active } = await world.queue.counts();
      assert.deepEqual([waiting, active], [1, 0]);
    });

    test('jobs of a batch that failed come again until they are done, and the failure is told', async () => {
      await using world = await openWorld(start);
      const done: number[] = [];
      let failures = 3;
      world.consume(async (batch) => {
        if (failures-- > 0) throw new Error('the database is away');
        done.push(...batch);
      }, 10);
      await world.queue.add(1);
      await until(() => done.length === 1, { what: 'the job is done', timeoutMs: 10_000 });
      assert.deepEqual(world.errors.filter((message) => message === 'the database is away').length, 3);
      await until(async () => total(await world.queue.counts()) === 0, { what: 'an empty queue' });
    });

    test('a job that always fails holds up no other', async () => {
      await using world = await openWorld(start);
      const done = new Set<number>();
      for (const job of numbers(10)) await world.queue.add(job);
      world.consume(async (batch) => {
        if (batch.includes(3)) throw new Error('three');
        for (const job of batch) done.add(job);
      }, 10);
      await until(() => done.size === 9, { what: 'all but the bad one' });
      assert.equal((await world.queue.counts()).failed, 0, 'it is still tried');
    });

    test('a job whose worker was killed is taken up again within three seconds', async () => {
      await using world = await openWorld(start);
      await world.queue.add(7);
      const holder = spawn(process.execPath, [holdJob, JSON.stringify(world.place)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await once(holder.stdout, 'data');
      let takenAt = 0;
      world.consume(async () => {
        takenAt = performance.now();
      }, 10);
      assert.deepEqual((await world.queue.unfinished(10)).jobs, [7]);
      holder.kill('SIGKILL');
      const killedAt = performance.now();
      await until(() => takenAt > 0, { what: 'the job is taken up', timeoutMs: 10_000 });
      assert.ok(takenAt - killedAt < 3_500, `${takenAt - killedAt} ms`);
      await until(async () => total(await world.queue.counts()) === 0, { what: 'the job is done' });
    });

    test('a job that takes longer than the lock of a dead worker lasts is not taken twice', async () => {
      await using world = await openWorld(start);
      const finish = Promise.withResolvers<void>();
      let taken = 0;
      const hold = async () => {
        taken++;
        await finish.promise;
      };
      const consumers = [world.consume(hold, 1), world.consume(hold, 1)];
      await world.queue.add(1);
      await until(() => taken === 1, { what: 'the job is held' });
      const since = performance.now();
      await until(() => performance.now() - since > 3_000, { what: 'the lock was renewed' });
      assert.equal(taken, 1);
      finish.resolve();
      await Promise.all(consumers.map((consumer) => consumer.close()));
    });

    test('producer and consumer outlive the loss of their connections', async () => {
      await using world = await openWorld(start);
      const got: number[] = [];
      world.consume(async (batch) => void got.push(...batch), 10);
      await world.queue.add(1);
      await until(() => got.length === 1, { what: 'the first job' });
      await world.cutConnections();
      await until(() => world.queue.add(2).then(() => true), { what: 'a job is taken' });
      await until(() => got.includes(2), { what: 'the job after the loss', timeoutMs: 10_000 });
    });

    test('where nothing listens, adding fails within three seconds', async () => {
      const queue = openQueue<number>('jobs', nowhere(name), () => {});
      const startedAt = performance.now();
      await assert.rejects(queue.add(1));
      assert.ok(performance.now() - startedAt < 3_000, `${performance.now() - startedAt} ms`);
      await queue.close();
    });

    test('leaves nothing behind that keeps a process alive when nobody was ever there', async () => {
      const place = JSON.stringify(nowhere(name));
      const child = spawn(process.execPath, [closeInVain, place], { stdio: 'inherit' });
      try {
        await until(() => child.exitCode !== null, { what: 'the process ends', timeoutMs: 20_000 });
        assert.equal(child.exitCode, 0);
      } finally {
        child.kill('SIGKILL');
      }
    });

    test('what comes out is what went in', async () => {
      await using world = await openWorld(start);
      let got: unknown;
      world.consume(async ([job]) => {
        got = job;
      }, 1);
      const text = fc.string({ unit: 'grapheme' }).filter((each) => !each.includes('\u0000'));
      const job = fc.dictionary(text, fc.oneof(text, fc.double({ noNaN: true, noDefaultInfinity: true })));
      await fc.assert(
        fc.asyncProperty(job, async (sent) => {
          got = undefined;
          const wanted = JSON.parse(JSON.stringify(sent));
          await world.queue.add(sent);
          await until(() => got, { what: 'the job' });
          assert.deepEqual(got, wanted);
        }),
        { numRuns: 30 },
      );
    });
  });
}

const total = (counts: Readonly<Record<string, number>>) =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

async function openWorld(start: () => Promise<TestPlace>) {
  const { place, cutConnections, [Symbol.asyncDispose]: drop } = await start();
  const errors: string[] = [];
  const onError = (error: Error) => void errors.push(error.message);
  const queue: JobQueue<unknown> = openQueue('jobs', place, onError, PATIENT_MS);
  const closings: (() => Promise<void>)[] = [];
  return {
    place,
    cutConnections,
    errors,
    queue,
    consume: (handle: (batch: readonly number[]) => Promise<void>, most: number) => {
      const queueOfOne = openQueue<number>('jobs', place, onError);
      const consumer = queueOfOne.consume(handle, most);
      closings.push(() => consumer.close());
      return consumer;
    },
    [Symbol.asyncDispose]: async () => {
      for (const close of closings) await close();
      await queue.close();
      await drop();
    },
  };
}
