import assert from 'node:assert/strict';
import { until } from '@otklik/testing';
import { describe, it } from 'vitest';
import { backoffMs } from './backoffMs.ts';
import { pause } from './pause.ts';
import { retryForever } from './retryForever.ts';
import { startLoop } from './startLoop.ts';
import { orAfter, withTimeout } from './withTimeout.ts';

const HOUR = 3_600_000;
const never = new Promise<string>(() => undefined);

describe('a loop', () => {
  const silent = { failed: () => undefined };

  it('does its rounds one after the other', async () => {
    let [rounds, busy, most] = [0, 0, 0];
    const loop = startLoop(
      async () => {
        busy += 1;
        most = Math.max(most, busy);
        await pause(1);
        busy -= 1;
        rounds += 1;
      },
      { everyMs: 1, ...silent },
    );
    for (let i = 0; i < 20; i++) loop.hurry();
    await until(() => rounds >= 5, { what: 'five rounds' });
    await loop.close();
    const ended = rounds;
    loop.hurry();
    await pause(5);
    assert.deepEqual([most, rounds], [1, ended]);
  });

  it('begins at once when hurried, also when that is said during a round', async () => {
    const begun = Promise.withResolvers<void>();
    const goesOn = Promise.withResolvers<void>();
    let rounds = 0;
    const loop = startLoop(
      async () => {
        rounds += 1;
        begun.resolve();
        if (rounds === 1) await goesOn.promise;
      },
      { everyMs: HOUR, ...silent },
    );
    await begun.promise;
    loop.hurry();
    goesOn.resolve();
    await until(() => rounds === 2, { what: 'the round that was asked for meanwhile' });
    loop.hurry();
    await until(() => rounds === 3, { what: 'the round that ends the wait' });
    await loop.close();
  });

  it('goes on after a failure, also one of what says when the next is', async () => {
    const failures: string[] = [];
    let rounds = 0;
    const loop = startLoop(
      async () => {
        rounds += 1;
        if (rounds === 1) throw new Error('work');
      },
      {
        everyMs: async () => {
          if (rounds === 2) throw new Error('next');
          return HOUR;
        },
        retryMs: 1,
        failed: (error) => failures.push((error as Error).message),
      },
    );
    await until(() => rounds === 3, { what: 'the third round' });
    await loop.close();
    assert.deepEqual(failures, ['work', 'next']);
  });

  it('can wait before its first round, and is closed meanwhile', async () => {
    let rounds = 0;
    const loop = startLoop(
      async () => {
        rounds += 1;
      },
      { everyMs: HOUR, waitsFirst: true, ...silent },
    );
    await loop.close();
    assert.equal(rounds, 0);
  });
});

it('a backoff doubles up to its most, and jitter only shortens it', () => {
  const pace = { firstBackoffMs: 100, maxBackoffMs: 1_000 };
  const of = (random?: () => number) =>
    [1, 2, 3, 4, 5, 50].map((failures) => backoffMs({ ...pace, ...(random && { random }) }, failures));
  assert.deepEqual(of(), [100, 200, 400, 800, 1_000, 1_000]);
  assert.deepEqual(
    of(() => 0),
    [75, 150, 300, 600, 750, 750],
  );
});

it('a pause ends with its signal', async () => {
  const over = new AbortController();
  const paused = pause(HOUR, over.signal);
  over.abort();
  await paused;
  await pause(HOUR, AbortSignal.abort());
});

it('what has to be done is tried until it is', async () => {
  let tries = 0;
  const failures: unknown[] = [];
  const done = await retryForever(
    async () => {
      tries += 1;
      if (tries < 3) throw new Error(`no ${tries}`);
      return 'done';
    },
    (error) => failures.push(error),
    1,
  );
  assert.deepEqual([done, failures.length], ['done', 2]);
});

it('an answer that does not come in time is an error, or something else', async () => {
  assert.equal(await withTimeout(HOUR, Promise.resolve('yes')), 'yes');
  await assert.rejects(withTimeout(1, never), /no answer within 1 ms/);
  await assert.rejects(withTimeout(1, never, 'the database does not answer'), /the database does not answer/);
  assert.equal(await orAfter(1, never, 'nothing'), 'nothing');
  assert.equal(await orAfter(HOUR, Promise.resolve('yes'), 'nothing'), 'yes');
});
