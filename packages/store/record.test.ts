import assert from 'node:assert/strict';
import { type Event, foldPolicyOf, foldWaits, type RecordRules, SECOND, type Wait } from '@otklik/domain';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { distinctHistory, shuffled } from '../domain/testing/histories.ts';
import { at, story } from '../domain/testing/story.ts';
import { recordedCalls, timelineOf, waitsById } from './reads.ts';
import { recordEvents } from './record.ts';
import type { Store } from './store.ts';
import { company } from './testing/company.ts';
import { joinThreads } from './testing/joinThreads.ts';
import { type TestStore, testStore } from './testing/testStore.ts';
import type { NamedWait } from './waitRows.ts';

describe('recording events', () => {
  let opened: TestStore;
  let store: Store;
  beforeAll(async () => {
    opened = await testStore();
    ({ store } = opened);
  });
  afterAll(() => opened[Symbol.asyncDispose]());

  let clients = 0;
  /** Puts a history into threads of its own, all of one client. */
  const asOneClient = async <E extends Event>(events: readonly E[]): Promise<E[]> => {
    clients += 1;
    const mine = events.map((event) => ofClient(event, clients));
    const places = new Map(mine.map(({ channel, thread }) => [`${channel} ${thread}`, { channel, thread }]));
    await joinThreads(store, [...places.values()]);
    return mine;
  };
  const record = (events: readonly Event[], rules: RecordRules = company()) =>
    recordEvents(store, events, rules, at('12:00:00'));
  const told = async (history: readonly Event[]): Promise<NamedWait[]> => {
    const threads = [...new Set(history.map(({ thread }) => thread))];
    const { rows } = await sql<{ id: string }>`
      select id from waits where thread = any(${threads}::text[]) and voided_at is null`.execute(store.db);
    const waits = await waitsById(
      store,
      rows.map(({ id }) => id),
    );
    return waits.sort((a, b) => a.opened_at - b.opened_at);
  };
  /** Records a story's batches one by one; returns its waits, earliest first. */
  const tell = async (batches: readonly string[], rules?: RecordRules): Promise<NamedWait[]> => {
    const all = await asOneClient(batches.flatMap(story));
    const ids = new Map(all.map((event) => [event.id, event]));
    for (const batch of batches)
      await record(
        story(batch).flatMap(({ id }) => ids.get(`${id}#${clients}`) ?? []),
        rules,
      );
    return told(all);
  };

  it('gives the waits of one fold over everything, whatever the batches, copies, order and concurrency (laws 1 and 2)', async () => {
    const rules = fc
      .record({
        bot: fc.boolean(),
        minCall: fc.constantFrom(0, 5 * SECOND),
        breach: fc.constantFrom(5 * SECOND, 20 * SECOND, 300 * SECOND),
        apart: fc.constantFrom<('all' | string[])[]>([], ['site'], ['line'], 'all'),
      })
      .map(({ bot, minCall, breach, apart }) =>
        company({ counts: { bot, minCall }, policy: { breach }, apart }),
      );
    await fc.assert(
      fc.asyncProperty(
        fc.array(distinctHistory.chain(shuffled), { minLength: 30, maxLength: 30 }),
        fc.integer({ min: 1, max: 8 }),
        fc.boolean(),
        rules,
        async (histories, batchCount, atOnce, policy) => {
          const theirs: Event[][] = [];
          for (const history of histories) theirs.push(await asOneClient(history));
          const work = batches(theirs, batchCount).map((batch) => () => record(batch, policy));
          if (atOnce) await Promise.all(work.map((each) => each()));
          else for (const each of work) await each();
          for (const history of theirs) {
            assert.deepEqual(
              (await told(history)).map(asTold).sort(),
              foldWaits(history, foldPolicyOf(policy)).map(asFolded).sort(),
              JSON.stringify(history),
            );
          }
        },
      ),
      { numRuns: 12, endOnFailure: true }, // a shrink would take minutes: the message names the one history that differs
    );
  });

  for (const [what, later] of [
    ['deletes', ''],
    ['deletes, and something comes later,', '\n10:31:00 site/7 employee decision x1'],
  ] as const)
    it(`opens nothing anew when our side ${what} what a client had said and got an answer to`, async () => {
      const waits = await tell([
        `10:00:00 site/7 client comment m1
         10:01:00 site/7 employee comment m2`,
        `10:30:00 site/7 employee deletion d1 of=m1${later}`,
      ]);
      assert.deepEqual(
        waits.map(({ opened_at, closed_at }) => [opened_at, closed_at]),
        [[at('10:00:00'), at('10:01:00')]],
      );
    });

  it('counts each event once, and says which were new (law 1)', async () => {
    const [one, two] = await asOneClient(
      story(`10:00:00 site/7 client message m1
             10:00:10 site/7 client message m2`),
    );
    assert.ok(one && two);
    assert.deepEqual(
      (await record([one, one])).fresh.map(({ id }) => id),
      [one.id],
    );
    assert.deepEqual(
      (await record([one, two])).fresh.map(({ id }) => id),
      [two.id],
    );
    assert.deepEqual(await record([two, one]), { fresh: [], changes: [] });
  });

  it('marks a wait that was answered late although the clock never saw it', async () => {
    const [wait] = await tell([
      `10:00:00 site/7 client message m1
       10:06:00 site/7 employee message m2`,
    ]);
    assert.deepEqual(
      [wait?.warned_at, wait?.breached_at, wait?.response_seconds],
      [at('10:03:00'), at('10:05:00'), 360],
    );
  });

  it('keeps a wait open for the clock from its first due time, and not after its end', async () => {
    const [open] = await tell(['10:00:00 site/7 client message m1']);
    assert.equal(open?.due_at, at('10:03:00'));
    const [closed] = await tell(['10:00:00 site/7 client message m1', '10:01:00 site/7 employee message m2']);
    assert.equal(closed?.due_at, null);
  });

  it('takes back an end that was none: the client goes on waiting, and the record says so (law 4)', async () => {
    const [wait, ...others] = await tell([
      `10:00:00 line/7 client message m1
       10:01:00 line/7 employee call c2/answered out`,
      '10:01:02 line/7 employee call c2/ended out answered talk=1',
    ]);
    assert.ok(wait);
    assert.deepEqual([wait.closed_at, wait.due_at, others], [null, at('10:03:00'), []]);
    const { corrections } = await timelineOf(store, wait);
    assert.deepEqual(
      corrections.map(({ field, was, became, reason }) => [field, was, became, reason]),
      [['closed_at', '2026-11-23T10:01:00.000Z', null, 'call_too_short']],
    );
  });

  it('takes back an answer that our side deleted at once, in a batch of its own, and says why (law 3)', async () => {
    const [wait, ...others] = await tell([
      `10:00:00 site/7 client   message m1
       10:01:00 site/7 employee message m2`,
      '10:01:05 site/7 employee deletion d1 of=m2',
    ]);
    assert.ok(wait);
    assert.deepEqual([wait.closed_at, wait.due_at, others], [null, at('10:03:00'), []]);
    const { corrections } = await timelineOf(store, wait);
    assert.deepEqual(
      corrections.map(({ field, was, became, reason }) => [field, was, became, reason]),
      [['closed_at', '2026-11-23T10:01:00.000Z', null, 'answer_taken_back']],
    );
  });

  it('puts our side’s deletion beside what it deletes, where the provider tells of another thread', async () => {
    const said = story(
      `10:00:00 site/chain client   comment m1
       10:01:00 site/chain employee comment m2`,
    ).map((event) => ({ ...event, id: `${event.id}-of-a-chain`, thread: 'wall/31' }));
    const [deletion] = story('10:01:05 site/wall employee deletion d1 of=m2-of-a-chain');
    assert.ok(deletion);
    await record(said);
    await record([{ ...deletion, id: 'd1-of-a-chain', thread: 'wall' }]);
    assert.deepEqual(
      (await told(said)).map(({ closed_at }) => closed_at),
      [null],
    );
  });

  it('puts it there also when it is told before what it deletes', async () => {
    const said = story(
      `10:00:00 site/chain client   comment m1
       10:01:00 site/chain employee comment m2`,
    ).map((event) => ({ ...event, id: `${event.id}-told-late`, thread: 'wall/32' }));
    const [deletion] = story('10:01:05 site/wall employee deletion d1 of=m2-told-late');
    assert.ok(deletion);
    await record([{ ...deletion, id: 'd1-told-early', thread: 'wall' }]);
    await record(said);
    assert.deepEqual(
      (await told(said)).map(({ closed_at }) => closed_at),
      [null],
    );
  });

  it('leaves an answer alone that is deleted after the window (a timer that deletes everything)', async () => {
    const [wait] = await tell([
      `10:00:00 site/7 client   message m1
       10:01:00 site/7 employee message m2`,
      '11:59:00 site/7 employee deletion d1 of=m2',
    ]);
    assert.deepEqual([wait?.closed_at, wait?.outcome], [at('10:01:00'), 'answered']);
  });

  it('finds the client’s word between an answer and its deletion, however late it comes', async () => {
    const waits = await tell([
      `10:00:00 site/7 client   message  m1
       10:01:00 site/7 employee message  m2
       10:02:00 site/7 employee deletion d1 of=m2`,
      '10:01:30 site/7 client   message  m3 received=10:04:00',
    ]);
    assert.deepEqual(
      waits.map(({ opened_at, outcome }) => [opened_at, outcome]),
      [
        [at('10:00:00'), 'answered'],
        [at('10:01:30'), null],
      ],
    );
  });

  it('keeps with an event that nothing was in it, whatever privacy leaves of its words', async () => {
    const [wait] = await tell([
      '10:00:00 site/7 client message m1',
      '10:01:00 site/7 employee message m2 empty',
      '10:01:10 site/7 client message m3',
    ]);
    assert.deepEqual([wait?.opened_at, wait?.closed_at], [at('10:00:00'), null]);
  });

  it('makes two waits one when the answer between them was none: the second is kept but counts no more', async () => {
    const batches = [
      `10:00:00 line/7 client message m1
       10:01:00 line/7 employee call c2/answered out
       10:02:00 line/7 client message m3`,
      '10:01:02 line/7 employee call c2/ended out answered talk=1',
    ];
    const waits = await tell(batches);
    assert.deepEqual(
      waits.map(({ opened_at, closed_at }) => [opened_at, closed_at]),
      [[at('10:00:00'), null]],
    );
    const { rows } = await sql<{ id: string; due_at: number | null }>`
      select id, due_at from waits where client_id = ${waits[0]?.client_id} and voided_at is not null`.execute(
      store.db,
    );
    assert.deepEqual(
      rows.map(({ due_at }) => due_at),
      [null],
    );
    const corrections = await sql<{ reason: string }>`
      select reason from corrections where wait_id = ${rows[0]?.id}`.execute(store.db);
    assert.deepEqual(corrections.rows, [{ reason: 'part_of_another_wait' }]);
  });

  it('moves the opening back when an earlier question comes late, and says from where', async () => {
    const [wait] = await tell([
      '10:00:30 site/7 client message m2',
      '10:00:00 site/7 client message m1 received=10:01:00',
    ]);
    assert.ok(wait);
    assert.deepEqual([wait.opened_at, wait.due_at], [at('10:00:00'), at('10:03:00')]);
    const { corrections } = await timelineOf(store, wait);
    assert.deepEqual(
      corrections.map(({ field, was, reason }) => [field, was, reason]),
      [['opened_at', '2026-11-23T10:00:30.000Z', 'late_delivered_turn']],
    );
  });

  it('says how many seconds nobody could see, when the question itself came late (law 5)', async () => {
    const [late] = await tell(['10:00:00 site/7 client message m1 received=10:02:00']);
    const [soon] = await tell(['10:00:00 site/7 client message m1 received=10:00:05']);
    assert.deepEqual([late?.late_delivered, soon?.late_delivered], [120, 0]);
  });

  it('announces a wait that opens and closes, each once, and nothing when nothing changes', async () => {
    const rules = company({ announce: ['webhook'] });
    const batches = [
      '10:00:00 site/7 client message m1',
      '10:00:30 site/7 client message m2',
      '10:01:00 site/7 employee message m3',
      '10:01:30 site/7 employee message m4',
    ];
    const [wait] = await tell(batches, rules);
    const { rows } = await sql<{ type: string; transport: string; recipient: string | null }>`
      select type, transport, recipient from notices where wait_id = ${wait?.id} order by type`.execute(
      store.db,
    );
    assert.deepEqual(rows, [
      { type: 'wait.closed', transport: 'webhook', recipient: null },
      { type: 'wait.opened', transport: 'webhook', recipient: null },
    ]);
  });

  it('remembers the newest name of a client, and lets an employee’s name be', async () => {
    const named = (event: Event | undefined, name: string) => {
      assert.ok(event);
      return { ...event, author: { ...event.author, name } };
    };
    const [first, answer, second] = await asOneClient(
      story(`10:00:00 site/7 client message m1
             10:00:10 site/7 employee message m2
             10:00:20 site/7 client message m3`),
    );
    await record([named(second, 'Иван Петров'), named(first, 'Ваня'), named(answer, 'Анна')]);
    assert.equal((await told(first ? [first] : []))[0]?.client_name, 'Иван Петров');
  });

  it('knows a call by any of its phases, on its own channel only', async () => {
    await record(story('10:00:00 line/recorded client call r1/ringing in'));
    const asked = [
      { channel: 'line', id: 'r1' },
      { channel: 'line', id: 'r2' },
      { channel: 'site', id: 'r1' },
    ];
    assert.deepEqual([...(await recordedCalls(store.db, asked))], ['line\nr1']);
  });

  it('leaves another client alone who happens to bear the same call id', { timeout: 5_000 }, async () => {
    clients += 1;
    const [call, other] = story(`10:00:00 line/1 client call c1/ringing in
                                 10:00:30 line/2 employee call c1/answered in`).map((event) =>
      ofClient(event, clients),
    );
    assert.ok(call && other);
    const { changes } = await record([call]);
    await store.db.transaction().execute(async (tx) => {
      await sql`select 1 from waits where id = ${changes[0]?.wait.id} for update`.execute(tx);
      await record([other]); // would deadlock if the other's wait were touched
    });
    assert.deepEqual(
      (await told([call, other])).map(({ thread, closed_at }) => [thread, closed_at]),
      [
        [call.thread, null],
        [other.thread, at('10:00:30')],
      ],
    );
  });

  it('marks an open wait that later knowledge moved or cut off: its clock is late by that, not by overload', async () => {
    const moved = await tell(['10:01:00 site/7 client message m2', '10:00:00 site/7 client message m1']);
    const cutOff = await tell([
      `10:00:00 site/7 client message m1
       10:02:00 site/7 client message m3`,
      '10:01:00 site/7 employee message m2',
    ]);
    const plain = await tell(['10:00:00 site/7 client message m1', '10:01:00 site/7 client message m2']);
    const marks = [moved, cutOff, plain].map((waits) => waits.at(-1)?.corrected_at);
    assert.deepEqual(marks, [at('12:00:00'), at('12:00:00'), null]);
  });

  it('refuses to change an event, but lets its text be forgotten', async () => {
    const [event] = await asOneClient(story('10:00:00 site/7 client message m1'));
    assert.ok(event);
    await record([event]);
    for (const change of [sql`at = now()`, sql`side = 'bot'`, sql`id = 'x'`, sql`author = '{}'`])
      await assert.rejects(
        sql`update events set ${change} where id = ${event.id}`.execute(store.db),
        /events are append-only/,
      );
    await sql`update events set text = null where id = ${event.id}`.execute(store.db);
  });
});

/** Gives ids and threads of one client. */
function ofClient<E extends Event>(event: E, client: number): E {
  const mine = { ...event, id: `${event.id}#${client}`, thread: `${event.thread}#${client}` };
  if (event.kind === 'deletion') return { ...mine, of: `${event.of}#${client}` };
  if (event.kind === 'call') return { ...mine, call: { ...event.call, id: `${event.call.id}#${client}` } };
  return mine;
}

/** Splits each client's events into batches, in order; every third batch repeats the one before. */
function batches(histories: readonly Event[][], count: number): Event[][] {
  const dealt = Array.from({ length: count }, (_, batch) =>
    histories.flatMap((history) => {
      const size = Math.ceil(history.length / count);
      return history.slice(batch * size, (batch + 1) * size);
    }),
  );
  return dealt.flatMap((batch, index) =>
    index % 3 === 2 ? [batch, [...(dealt[index - 1] ?? []), ...batch]] : [batch],
  );
}

const asTold = (wait: NamedWait): string =>
  JSON.stringify([
    wait.channel,
    wait.thread,
    wait.opening,
    wait.opened_at,
    wait.seen_at,
    wait.closed_at,
    wait.outcome,
    wait.answered_via,
  ]);

const asFolded = (wait: Wait): string =>
  JSON.stringify([
    wait.channel,
    wait.thread,
    wait.opening,
    wait.openedAt,
    wait.seenAt,
    wait.end?.at ?? null,
    wait.end?.outcome ?? null,
    wait.end && 'by' in wait.end ? wait.end.by.channel : null,
  ]);
