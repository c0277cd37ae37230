import assert from 'node:assert/strict';
import { type EpochMs, SECOND } from '@otklik/domain';
import { nextNoticeAt, saveNotices } from '@otklik/store';
import { createLog, createMetrics } from '@otklik/telemetry';
import { until } from '@otklik/testing';
import pg from 'pg';
import { afterEach, beforeEach, describe, it } from 'vitest';
import { at } from '../../../packages/domain/testing/story.ts';
import { type TestStore, testStore } from '../../../packages/store/testing/testStore.ts';
import { openWait } from '../../../packages/store/testing/waits.ts';
import type { Bundle, HandOver, NoticeTransport } from '../transports/transport.ts';
import { createOutbox } from './outbox.ts';
import { retryAfter } from './outcome.ts';

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

  /** Steps of as many waits that are to be sent, each to somebody else unless told otherwise. */
  const due = async (count: number, said: { to?: string; held?: boolean; at?: EpochMs } = {}) => {
    for (let i = 0; i < count; i++) {
      const wait = await openWait(opened.store, at('10:00:00'));
      const notice = {
        type: 'wait.step',
        wait_id: wait.id,
        channel: 'site',
        step: 1,
        stage: 'warned',
      } as const;
      const { to: recipient = `person${i}`, held = false, at: due_at = WARNED } = said;
      const to = { recipient, transport: 'telegram', due_at, late_reason: null, held } as const;
      await saveNotices(opened.store.db, [{ ...notice, ...to }], due_at);
    }
  };
  /** What followed, each as it was told. */
  const followed: string[] = [];
  const outbox = (send: NoticeTransport['send'], atOnce = 4) => {
    followed.length = 0;
    const world = {
      store: opened.store,
      metrics: createMetrics('test'),
      log: createLog('silent'),
      now: () => now,
    };
    return createOutbox('telegram', { atOnce, send, together: 'steps', inTurn: true }, world, {
      failing: async (_notice, how) => void followed.push(how),
      deadEnd: async (recipient, problem) => void followed.push(`${recipient}: ${problem}`),
      closed: async (problem) => void followed.push(problem),
      reached: async (recipient) => void followed.push(`${recipient} is reached`),
    });
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
    const box = outbox(async ([{ id }]) => {
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

  it('what piled up for somebody while the transport was away is one message, sent as soon as it is back', async () => {
    const wait = await openWait(opened.store, at('10:00:00'));
    const about = {
      type: 'wait.step',
      wait_id: wait.id,
      channel: 'site',
      recipient: 'anna',
      late_reason: null,
    } as const;
    const warned = { ...about, transport: 'telegram', step: 1, stage: 'warned', due_at: WARNED } as const;
    const breached = { ...warned, step: 2, stage: 'breached', due_at: at('10:05:00') } as const;
    await saveNotices(opened.store.db, [warned], WARNED);
    await saveNotices(opened.store.db, [breached], at('10:05:00'));
    let isAway = true;
    const bundles: string[][] = [];
    const box = outbox(async (bundle) => {
      if (isAway) return { outcome: 'retry', afterMs: null, problem: 'no answer' };
      bundles.push(bundle.map(({ stage }) => stage ?? ''));
      return { outcome: 'sent' };
    });
    // Long enough for pauses of minutes.
    for (now = WARNED; now < at('10:20:00'); now += 5 * SECOND) await settle(box);
    isAway = false;
    const back = now;
    while (bundles.length === 0) {
      now += SECOND;
      await settle(box);
    }
    assert.ok(now - back <= 5 * SECOND, `${now - back} ms after the transport was back`);
    await settle(box);
    assert.deepEqual(bundles, [['warned', 'breached']], 'the newest stage last, and once');
    assert.deepEqual(await states(), ['sent', 'sent']);
  });

  it('others’ pings go out with the first that the transport takes again', async () => {
    await due(3);
    let isAway = true;
    const box = outbox(async () =>
      isAway ? { outcome: 'retry', afterMs: null, problem: 'no answer' } : { outcome: 'sent' },
    );
    for (now = WARNED; now < at('10:10:00'); now += 5 * SECOND) await settle(box);
    isAway = false;
    for (const end = now + 6 * SECOND; now < end; now += SECOND) await settle(box);
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

  it('what is refused is a dead letter at once, and goes on to somebody else', async () => {
    await due(1);
    await settle(outbox(async () => ({ outcome: 'refused', problem: 'too long' })));
    assert.deepEqual([await states(), followed], [['failed'], ['refused']]);
  });

  it('a refusal that is about the recipient is noted of them, and a success too', async () => {
    await due(1);
    await settle(outbox(async () => ({ outcome: 'refused', problem: 'blocked', isDeadEnd: true })));
    assert.deepEqual(followed, ['person0: blocked', 'refused']);
    await due(1);
    await settle(outbox(async () => ({ outcome: 'sent' })));
    assert.deepEqual(followed, ['person0 is reached']);
  });

  it('a transport that refuses us is tried for as long as it takes: nothing becomes a dead letter', async () => {
    await due(1);
    let tries = 0;
    const box = outbox(async () => {
      tries += 1;
      return tries <= 30 ? { outcome: 'closed', problem: '401' } : { outcome: 'sent' };
    });
    for (let next: number | null = now; next !== null; next = await nextNoticeAt(opened.store)) {
      now = next;
      await settle(box);
    }
    assert.deepEqual([tries, await states()], [31, ['sent']]);
    assert.deepEqual(new Set(followed), new Set(['401', 'closed', 'person0 is reached']));
  });

  it('what a transport does not take for twenty seconds goes by the next as well', async () => {
    await due(1);
    const box = outbox(async () => ({ outcome: 'retry', afterMs: null, problem: '502' }));
    const slowAfter = async () => {
      for (;;) {
        now = (await nextNoticeAt(opened.store)) ?? Number.NaN;
        await settle(box);
        if (followed.length > 0) return ((await nextNoticeAt(opened.store)) ?? Number.NaN) - WARNED;
      }
    };
    const after = await slowAfter();
    assert.ok(after >= 20 * SECOND && after < 40 * SECOND, String(after));
    assert.deepEqual(followed, ['slow']);
  });

  it('after more than twenty tries in more than an hour it is a dead letter too', async () => {
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
    assert.deepEqual([tries, await states()], [22, ['failed']]);
    assert.equal(followed.at(-1), 'refused');
    assert.ok(now - WARNED >= 60 * 60 * SECOND && now - WARNED < 90 * 60 * SECOND);
  });

  const bundles = () => {
    const sent: { to: string | null; ids: string[]; at: number }[] = [];
    const send = async (bundle: Bundle): Promise<HandOver> => {
      sent.push({ to: bundle[0].recipient, ids: bundle.map(({ id }) => id), at: now - WARNED });
      return { outcome: 'sent', chatId: 1, messageId: sent.length, text: `text ${sent.length}` };
    };
    return { sent, send };
  };
  const onMessages = async () =>
    (
      await client.query<{ n: number }>(
        `select count(*)::int as n from notices where state = 'sent' group by message_id order by message_id`,
      )
    ).rows.map(({ n }) => n);

  it('what is due for one person goes over as one, more than there are places for', async () => {
    await due(30, { to: 'anna' });
    await due(2);
    const { sent, send } = bundles();
    await settle(outbox(send, 4));
    assert.deepEqual(
      new Map(sent.map(({ to, ids }) => [to, ids.length])),
      new Map([
        ['anna', 30],
        ['person0', 1],
        ['person1', 1],
      ]),
    );
    assert.equal(sent.length, 3);
  });

  it('what comes within three seconds joins the message; what comes later is heard', async () => {
    const { sent, send } = bundles();
    const box = outbox(send);
    const after: number[] = [];
    for (const seconds of [0, 2, 3, 4, 5]) {
      now = WARNED + seconds * SECOND;
      await due(1, { to: 'anna', at: now });
      await settle(box);
      after.push(sent.length);
    }
    assert.deepEqual(
      [after, await onMessages()],
      [
        [1, 1, 1, 2, 2],
        [3, 2],
      ],
    );
    assert.equal(await nextNoticeAt(opened.store), WARNED + 2 * SECOND, 'an edit is due');
  });

  it('a second step of a wait that the message tells of is a message of its own', async () => {
    const { sent, send } = bundles();
    const box = outbox(send);
    await due(1, { to: 'anna' });
    await settle(box);
    await client.query(`
      insert into notices (id, type, wait_id, channel, step, stage, recipient, transport, due_at, next_attempt_at)
      select gen_random_uuid(), type, wait_id, channel, 2, 'breached', recipient, transport, due_at, due_at from notices`);
    await settle(box);
    assert.deepEqual([sent.length, await onMessages()], [2, [1, 1]]);
  });

  it('a message that its reader has begun to work on is left as it is', async () => {
    const { sent, send } = bundles();
    const box = outbox(send);
    await due(1, { to: 'anna' });
    await settle(box);
    await client.query(`update waits set taken_by = 'anna'`);
    await due(1, { to: 'anna' });
    await settle(box);
    assert.equal(sent.length, 2);
  });

  it('what comes due for somebody while their message is on its way goes over after it, not beside it', async () => {
    let release = () => {};
    const { sent, send } = bundles();
    const slow: NoticeTransport['send'] = async (bundle) => {
      if (sent.length > 0) return send(bundle);
      const result = await send(bundle);
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      return result;
    };
    const box = outbox(slow);
    await due(1, { to: 'anna' });
    await box.drain();
    await until(() => sent.length === 1, { what: 'the first' });
    await due(2, { to: 'anna' });
    await box.drain();
    assert.deepEqual(
      (await states()).toSorted(),
      ['pending', 'pending', 'sending'],
      'they are left for later',
    );
    release();
    await box.idle();
    await settle(box);
    assert.deepEqual([sent.length, await onMessages()], [1, [3]]);
  });

  it('while the transport wants a pause, what comes due waits with what is tried again, and all go over as one', async () => {
    const { sent, send } = bundles();
    const until = WARNED + 7 * SECOND;
    const box = outbox(async (bundle) =>
      now < until ? { outcome: 'retry', afterMs: until - now, problem: '429' } : send(bundle),
    );
    for (const seconds of [0, 1, 4]) {
      now = WARNED + seconds * SECOND;
      await due(1, { to: 'anna', at: now });
      await settle(box);
    }
    now = (await nextNoticeAt(opened.store)) ?? 0;
    await settle(box);
    assert.deepEqual(
      sent.map(({ ids, at }) => [ids.length, at]),
      [[3, 7_000]],
    );
  });

  it('what quiet hours held back goes over as one and apart from what is due now, answered or not', async () => {
    const { sent, send } = bundles();
    await due(3, { to: 'anna', held: true });
    await client.query(`update waits set closed_at = now(), outcome = 'answered'`);
    await due(2, { to: 'anna' });
    await client.query(
      `update waits set voided_at = now() where id in (select wait_id from notices where held limit 1)`,
    );
    await settle(outbox(send));
    assert.deepEqual(sent.map(({ ids }) => ids.length).toSorted(), [2, 2]);
    assert.deepEqual((await states()).filter((state) => state === 'cancelled').length, 1);
  });

  it('says that the transport was late when it was, and nobody else', async () => {
    await due(2);
    const reasons: (string | null)[] = [];
    const answers: HandOver[] = [{ outcome: 'retry', afterMs: 2_000, problem: '502' }];
    const box = outbox(async ([{ late_reason }]) => {
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
