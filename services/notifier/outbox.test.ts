import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { SECOND } from '@otklik/domain';
import { nextNoticeAt, saveNotices } from '@otklik/store';
import { createLog, createMetrics } from '@otklik/telemetry';
import { until } from '@otklik/testing';
import pg from 'pg';
import { at } from '../../packages/domain/testing/story.ts';
import { type TestStore, testStore } from '../../packages/store/testing/testStore.ts';
import { openWait } from '../../packages/store/testing/waits.ts';
import { createOutbox, retryAfter } from './outbox.ts';
import type { HandOver, NoticeTransport } from './transports/transport.ts';

const WARNED = at('10:03:00');

describe('the outbox', () => {
  let opened: TestStore;
  let client: pg.Client;
  let now = WARNED;
  beforeEach(async () => {
    opened = await testStore();
    client = new pg.Client({ connectionString: opened.store.url, options: '-c search_path=otklik' });
    await client.connect();
    now = WARNED;
  });
  afterEach(async () => {
    await client.end();
    await opened[Symbol.asyncDispose]();
  });

  /** Steps of as many waits that are to be sent. */
  const due = async (count: number) => {
    for (let i = 0; i < count; i++) {
      const wait = await openWait(opened.store, at('10:00:00'));
      const notice = {
        type: 'wait.step',
        wait_id: wait.id,
        channel: 'site',
        step: 1,
        stage: 'warned',
      } as const;
      const to = { recipient: 'anna', transport: 'telegram', due_at: WARNED, late_reason: null } as const;
      await saveNotices(opened.store.db, [{ ...notice, ...to }], WARNED);
    }
  };
  const dead: string[] = [];
  const outbox = (send: NoticeTransport['send'], atOnce = 4) => {
    dead.length = 0;
    const world = {
      store: opened.store,
      metrics: createMetrics('test'),
      log: createLog('silent'),
      now: () => now,
    };
    return createOutbox(
      'telegram',
      { atOnce, send },
      world,
      async (_notice, problem) => void dead.push(problem),
    );
  };
  const states = async () =>
    (await client.query<{ state: string }>('select state from notices')).rows.map(({ state }) => state);
  const settle = async (box: ReturnType<typeof outbox>) => {
    await box.drain();
    await box.idle();
  };

  it('sends everything that is due, once, with no more on the way at once than the transport takes', async () => {
    await due(9);
    let onTheWay = 0;
    let most = 0;
    const sent = new Set<string>();
    const box = outbox(async ({ id }) => {
      onTheWay += 1;
      most = Math.max(most, onTheWay);
      assert.ok(!sent.has(id));
      sent.add(id);
      await new Promise((resolve) => setImmediate(resolve));
      onTheWay -= 1;
      return { outcome: 'sent' };
    }, 4);
    await settle(box);
    assert.deepEqual([sent.size, most, new Set(await states())], [9, 4, new Set(['sent'])]);
  });

  it('a slow hand-over holds up nobody else', async () => {
    await due(3);
    let release = () => {};
    let first = true;
    let quick = 0;
    const box = outbox(async () => {
      if (!first) {
        quick += 1;
        return { outcome: 'sent' };
      }
      first = false;
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      return { outcome: 'sent' };
    }, 2);
    await box.drain();
    await until(() => quick === 2, { what: 'the two others' });
    release();
    await box.idle();
    assert.deepEqual(await states(), ['sent', 'sent', 'sent']);
  });

  it('tries again when the transport says, as often as it takes, and each time later by itself', async () => {
    await due(1);
    const tries: number[] = [];
    const answers: HandOver[] = [
      { outcome: 'retry', afterMs: 7_000, problem: '429' },
      { outcome: 'retry', afterMs: null, problem: '502' },
      { outcome: 'retry', afterMs: null, problem: '502' },
      { outcome: 'sent' },
    ];
    const box = outbox(async () => {
      tries.push(now - WARNED);
      return answers.shift() ?? { outcome: 'refused', problem: 'too often' };
    });
    while (answers.length > 0) {
      now = (await nextNoticeAt(opened.store)) ?? Number.NaN;
      await settle(box);
    }
    assert.deepEqual(tries, [0, 7_000, 8_000, 10_000]);
    assert.deepEqual(await states(), ['sent']);
  });

  it('a transport that throws is one that failed for now', async () => {
    await due(1);
    await settle(
      outbox(async () => {
        throw new Error('a bug');
      }),
    );
    assert.deepEqual(await states(), ['pending']);
    assert.equal(await nextNoticeAt(opened.store), WARNED + 500);
  });

  it('what is refused is a dead letter at once, and somebody is told', async () => {
    await due(1);
    await settle(outbox(async () => ({ outcome: 'refused', problem: 'blocked' })));
    assert.deepEqual([await states(), dead], [['failed'], ['blocked']]);
  });

  it('after twenty tries in an hour it is a dead letter too', async () => {
    await due(1);
    let tries = 0;
    const box = outbox(async () => {
      tries += 1;
      return { outcome: 'retry', afterMs: null, problem: '502' };
    });
    for (let next: number | null = now; next !== null; next = await nextNoticeAt(opened.store)) {
      now = next;
      await settle(box);
    }
    assert.deepEqual([tries, await states()], [20, ['failed']]);
    assert.deepEqual(dead, ['given up after 20 attempts: 502']);
    assert.ok(now - WARNED > 30 * 60 * SECOND && now - WARNED < 90 * 60 * SECOND);
  });

  it('says that the transport was late when it was, and nobody else', async () => {
    await due(2);
    const reasons: (string | null)[] = [];
    const answers: HandOver[] = [{ outcome: 'retry', afterMs: 2_000, problem: '502' }];
    const box = outbox(async ({ late_reason }) => {
      reasons.push(late_reason);
      return answers.shift() ?? { outcome: 'sent' };
    }, 1);
    await settle(box);
    now = WARNED + 2_000;
    await settle(box);
    assert.deepEqual(reasons, [null, null, 'transport']);
  });

  it('does not forget what it sent when the database fails for a while', async () => {
    await client.query(`
      create sequence failures;
      create function fail() returns trigger language plpgsql as $$
        begin if nextval('failures') <= 2 then raise exception 'the disk is full'; end if; return new; end $$;
      create trigger fail before update on notices for each row when (new.state = 'sent') execute function fail()`);
    await due(3);
    let sent = 0;
    const box = outbox(async () => {
      sent += 1;
      return { outcome: 'sent' };
    });
    await settle(box);
    await settle(box);
    assert.deepEqual([sent, await states()], [3, ['sent', 'sent', 'sent']]);
  });
});

it('the pause doubles, up to five minutes; what the transport asks for is obeyed', () => {
  assert.deepEqual(
    [1, 2, 3, 10, 11, 20].map((attempts) => retryAfter(attempts, null)),
    [500, 1_000, 2_000, 256_000, 300_000, 300_000],
  );
  assert.equal(retryAfter(1, 42), 42);
});
