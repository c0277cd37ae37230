import assert from 'node:assert/strict';
import { type EpochMs, MINUTE, type Outcome, SECOND, type Verdict, verdictOf } from '@otklik/domain';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, it } from 'vitest';
import { at } from '../domain/testing/story.ts';
import { RESPONSE_EDGES } from '../telemetry/metrics.ts';
import { fireDue } from './clock.ts';
import { handOver, noReplyNeeded } from './commands.ts';
import { foldWaitCounts, waitCounts } from './counts.ts';
import { decideDispute, disputeBreach } from './disputes.ts';
import { recordEvents } from './record.ts';
import { forgetOld } from './retention.ts';
import type { Store } from './store.ts';
import { company } from './testing/company.ts';
import { type TestStore, testStore } from './testing/testStore.ts';
import { answer, message, openWait } from './testing/waits.ts';

const OPENED = at('10:00:00');
const rules = company();

describe('the counts of waits', () => {
  let opened: TestStore;
  let store: Store;
  beforeAll(async () => {
    opened = await testStore();
    ({ store } = opened);
  });
  afterAll(() => opened[Symbol.asyncDispose]());
  const empty = () =>
    sql`truncate clients, threads, events, waits, steps, notices, corrections, wait_counts, wait_count_changes cascade`.execute(
      store.db,
    );
  beforeEach(empty);

  /** As `what owner outcome within: waits`; corrections have a minus. */
  const counts = async () => {
    const found = await waitCounts(store);
    const lines = Map.groupBy(
      found,
      ({ what, corrected, owner, outcome, within }) =>
        `${corrected ? '-' : '+'}${[what, owner, outcome, within].filter((word) => word !== '').join(' ')}`,
    );
    return [...lines]
      .map(([line, rows]) => `${line}: ${rows.reduce((sum, { waits }) => sum + waits, 0)}`)
      .sort();
  };
  const fire = (now: EpochMs) => fireDue(store, rules, { now, upSince: OPENED, unread: [], limit: 100 });

  it('are written with what they count: by the clock, by an answer, by a person', async () => {
    const [late, , done] = [
      await openWait(store, OPENED),
      await openWait(store, OPENED),
      await openWait(store, OPENED + 4 * MINUTE),
    ];
    assert.deepEqual(await counts(), []);
    await fire(at('10:05:00'));
    assert.deepEqual(await counts(), ['+breach anna: 2', '+verdict anna late: 2']);
    await answer(store, late, at('10:06:00'));
    await noReplyNeeded(store, rules, done.id, 'anna', at('10:06:00'));
    const quick = await openWait(store, at('10:10:00'));
    await answer(store, quick, at('10:10:40'));
    assert.deepEqual(await counts(), [
      '+breach anna: 2',
      '+closing anna answered late: 1',
      '+closing anna answered warn: 1',
      '+closing anna no_reply_needed warn: 1',
      '+verdict anna in_time: 1',
      '+verdict anna late: 2',
    ]);
    const times = (await waitCounts(store)).filter(({ outcome }) => outcome === 'answered');
    assert.deepEqual(
      times.map(({ le, waits, seconds }) => [le, waits, seconds]).sort(),
      [
        [360, 1, 360],
        [45, 1, 40],
      ].sort(),
    );
  });

  it('count a breach whose question and late answer came together, which no clock has seen', async () => {
    const question = message('client', OPENED);
    const reply = message('employee', at('10:09:00'), { thread: question.thread });
    await recordEvents(store, [question, reply], rules, at('10:09:00'));
    assert.deepEqual(await counts(), [
      '+breach anna: 1',
      '+closing anna answered late: 1',
      '+verdict anna late: 1',
    ]);
  });

  it('never go down: what later knowledge takes back is counted apart (law 4)', async () => {
    const wait = await openWait(store, OPENED);
    await fire(at('10:05:00'));
    await answer(store, wait, at('10:07:00'));
    await recordEvents(
      store,
      [message('employee', at('10:01:00'), { thread: wait.thread })],
      rules,
      at('10:08:00'),
    );
    assert.deepEqual(await counts(), [
      '+breach anna: 1',
      '+closing anna answered late: 1',
      '+closing anna answered warn: 1',
      '+verdict anna in_time: 1',
      '+verdict anna late: 1',
      '-breach anna: 1',
      '-closing anna answered late: 1',
      '-verdict anna late: 1',
    ]);
  });

  it('a breach stays with whoever had the wait; a hand-over counts nothing twice', async () => {
    const wait = await openWait(store, OPENED);
    await fire(at('10:05:00'));
    await handOver(store, rules, wait.id, 'anna', 'boris', at('10:06:00'));
    await answer(store, wait, at('10:07:00'));
    assert.deepEqual(await counts(), [
      '+breach anna: 1',
      '+closing boris answered late: 1',
      '+verdict anna late: 1',
    ]);
  });

  it('an accepted dispute changes the verdict, and nothing else', async () => {
    const wait = await openWait(store, OPENED);
    await fire(at('10:05:00'));
    await answer(store, wait, at('10:07:00'));
    const before = await counts();
    await disputeBreach(store, rules, wait.id, 'anna', 'the line was down', at('10:08:00'));
    await decideDispute(
      store,
      rules,
      wait.id,
      'vera',
      { accepted: true, note: null, excusedSeconds: null },
      at('10:09:00'),
    );
    assert.deepEqual(await counts(), [...before, '+verdict anna in_time: 1', '-verdict anna late: 1'].sort());
  });

  it('are of no wait that is history', async () => {
    const wait = await openWait(store, OPENED);
    await sql`
      update waits set history = true, breached_at = breach_at, closed_at = breach_at + interval '1 minute',
        outcome = 'answered', response_seconds = 360 where id = ${wait.id}`.execute(store.db);
    assert.deepEqual(await counts(), []);
  });

  it('outlive the waits themselves', async () => {
    const wait = await openWait(store, OPENED);
    await answer(store, wait, at('10:01:00'));
    const before = await counts();
    const ages = { text: 'preview', keepText: SECOND, keepEvents: SECOND } as const;
    await forgetOld(store, ages, at('11:00:00'));
    assert.equal((await sql`select from waits`.execute(store.db)).rows.length, 0);
    assert.deepEqual(await counts(), before);
  });

  it('nobody waits for another one’s count, and a folding moves none', async () => {
    const other = await opened.another();
    const waits = await Promise.all(Array.from({ length: 30 }, () => openWait(store, OPENED)));
    const [first, ...rest] = waits;
    assert.ok(first);
    let folding = true;
    const folds = (async () => {
      while (folding) await foldWaitCounts(other);
    })();
    const seen: number[] = [];
    const looks = (async () => {
      while (folding) {
        const answered = (await waitCounts(store)).filter(({ what }) => what === 'closing');
        seen.push(answered.reduce((sum, { waits: n }) => sum + n, 0));
      }
    })();
    // One transaction has counted an answer and stays open: others that count the same, and the folding, are not
    // blocked.
    await store.db.transaction().execute(async (tx) => {
      await sql`update waits set closed_at = ${new Date(OPENED)}::timestamptz, outcome = 'answered', response_seconds = 0 where id = ${first.id}`.execute(
        tx,
      );
      await Promise.all(rest.map((wait) => answer(other, wait, at('10:01:00'))));
      await foldWaitCounts(other);
      assert.deepEqual(await counts(), ['+closing anna answered warn: 29', '+verdict anna in_time: 29']);
    });
    folding = false;
    await Promise.all([folds, looks]);
    assert.deepEqual(await counts(), ['+closing anna answered warn: 30', '+verdict anna in_time: 30']);
    assert.deepEqual(
      seen,
      seen.toSorted((a, b) => a - b),
    );
  });

  it('less what was taken back they are what the waits say, in whatever portions events come', async () => {
    const threads = ['a', 'b'];
    const said = fc.record({
      side: fc.constantFrom('client' as const, 'employee' as const),
      minute: fc.integer({ min: 0, max: 20 }),
      thread: fc.constantFrom(...threads),
      after: fc.constantFrom('nothing', 'clock', 'fold'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(said, { minLength: 1, maxLength: 12 }), async (story) => {
        await empty();
        for (const { side, minute, thread, after } of story) {
          const moment = OPENED + minute * MINUTE;
          await recordEvents(store, [message(side, moment, { thread })], rules, at('10:30:00'));
          if (after === 'clock') await fire(moment);
          if (after === 'fold') await foldWaitCounts(store);
        }
        const net = new Map<string, number>();
        for (const { what, corrected, outcome, within, waits } of await waitCounts(store)) {
          const key = [what, outcome, within].join(' ');
          net.set(key, (net.get(key) ?? 0) + (corrected ? -waits : waits));
        }
        const { rows } = await sql<{ key: string; waits: number }>`
          select key, count(*) as waits from waits w, lateral (
            select 'breach  ' as key where w.breached_at is not null
            union all select 'closing ' || w.outcome || ' ' || closed_within(w) where w.closed_at is not null
            union all select 'verdict  ' || wait_verdict(w) where wait_verdict(w) is not null) said
          where w.voided_at is null group by key order by key`.execute(store.db);
        assert.deepEqual(
          [...net].filter(([, waits]) => waits !== 0).sort(),
          rows.map(({ key, waits }) => [key, waits]).sort(),
        );
      }),
      { numRuns: 15 },
    );
  });
});

describe('rules that stand in SQL as well', () => {
  let opened: TestStore;
  beforeAll(async () => {
    opened = await testStore();
  });
  afterAll(() => opened[Symbol.asyncDispose]());

  it('the verdict is that of the domain', async () => {
    const seconds = fc.integer({ min: 0, max: 900 });
    const judged = fc.record({
      outcome: fc.constantFrom<Outcome | null>(
        null,
        'answered',
        'attempted',
        'self_served',
        'no_reply_needed',
        'withdrawn',
      ),
      response: seconds,
      allowed: fc.constantFrom(180, 300),
      passed: fc.boolean(),
      excused: fc.constantFrom(0, 0, 60, 600),
      lateDelivered: fc.constantFrom(0, 0, 45, 600),
    });
    const cases = fc.sample(judged, 500).map((each) => ({
      ...each,
      response: each.outcome === null ? null : each.response,
    }));
    const moment = (after: number) => new Date(OPENED + after * SECOND).toISOString();
    const rows = cases.map((each) => ({
      opened_at: moment(0),
      breach_at: moment(each.allowed),
      breached_at: each.passed ? moment(each.allowed) : null,
      closed_at: each.response === null ? null : moment(each.response),
      outcome: each.outcome,
      response_seconds: each.response,
      excused_seconds: each.excused,
      late_delivered: each.lateDelivered,
    }));
    const found = await sql<{ verdict: Verdict | null }>`
      select wait_verdict(w) as verdict from jsonb_populate_recordset(null::waits, ${JSON.stringify(rows)}::jsonb) w`.execute(
      opened.store.db,
    );
    assert.deepEqual(
      found.rows.map(({ verdict }) => verdict),
      cases.map(verdictOf),
    );
    assert.deepEqual(new Set(cases.map(verdictOf)), new Set(['in_time', 'late', null]));
  });

  it('the edges of response times are those of the metric', async () => {
    const values = RESPONSE_EDGES.flatMap((edge) => [edge - 0.001, edge, edge + 0.001]);
    const found = await sql<{ edge: number }>`
      select response_edge(value) as edge from unnest(${values}::float8[]) with ordinality as given(value, n) order by n`.execute(
      opened.store.db,
    );
    assert.deepEqual(
      found.rows.map(({ edge }) => edge),
      values.map((value) => RESPONSE_EDGES.find((edge) => edge >= value) ?? Number.POSITIVE_INFINITY),
    );
  });
});
