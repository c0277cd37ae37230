import assert from 'node:assert/strict';
import type { Config } from '@otklik/config';
import type { BacklogState, Event } from '@otklik/domain';
import {
  type StepRow,
  saveChannelState,
  sawChannels,
  timelineOf,
  type WaitRow,
  waitsById,
} from '@otklik/store';
import { createLog, createMetrics } from '@otklik/telemetry';
import { until } from '@otklik/testing';
import { afterEach, beforeEach, describe, it } from 'vitest';
import { configOf, SMALLEST } from '../../packages/config/testing/reading.ts';
import { type TestStore, testStore } from '../../packages/store/testing/testStore.ts';
import { openWait } from '../../packages/store/testing/waits.ts';
import { type Clock, type ClockDeps, startClock } from './clock.ts';
import { rulesOf } from './rules.ts';

const CONFIG = SMALLEST.replace('channels:', 'policies: { default: { warn: 1s, breach: 1m } }\nchannels:');

const WITH_OTHER = CONFIG.replace(
  'notify:',
  '  - { id: other, kind: webhook, owner: anna, secret: env:SITE_SECRET }\nnotify:',
);
const RECORDED: BacklogState = { held: null, standing: null, begun: new Map() };
/** Events of these channels are unrecorded, and hold their clients' steps. */
const holding = (channels: readonly string[] | null): BacklogState => ({
  held: { channels },
  standing: { channels },
  begun: new Map([['queue', Date.now()]]),
});

describe('the clock of the engine', () => {
  let opened: TestStore;
  let clock: Clock | undefined;
  let config: Config;
  let world: ClockDeps;
  beforeEach(async () => {
    opened = await testStore();
    config = configOf(CONFIG);
    world = {
      config: () => config,
      store: opened.store,
      metrics: createMetrics('test'),
      log: createLog('silent'),
      now: Date.now,
      backlog: async () => RECORDED,
    };
  });
  afterEach(async () => {
    await clock?.close();
    clock = undefined;
    await opened[Symbol.asyncDispose]();
  });

  const open = (ago: number) => openWait(opened.store, Date.now() - ago, rulesOf(config));
  const fired = async (wait: WaitRow): Promise<readonly StepRow[]> => {
    const [named] = await waitsById(opened.store, [wait.id]);
    assert.ok(named);
    return (await timelineOf(opened.store, named)).steps;
  };
  const firstStep = async (wait: WaitRow) =>
    (await until(async () => (await fired(wait))[0], { what: 'the first step' })) as StepRow;

  it('fires at the time, and is woken by a wait that is due earlier than what it sleeps for', async () => {
    clock = await startClock(world);
    for (let round = 0; round < 3; round++) {
      const step = await firstStep(await open(900));
      // Each is announced just after the clock has gone to sleep for its second.
      const late = step.fired_at - step.due_at;
      assert.ok(late >= 0 && late < 500, `${late} ms late`);
      assert.equal(step.late_reason, null);
    }
  });

  it('fires at once what came due while nothing ran, and says why it is late', async () => {
    const wait = await open(10_000);
    clock = await startClock(world);
    assert.equal((await firstStep(wait)).late_reason, 'outage');
  });

  it('fires nothing before what lies in the queue is recorded', async () => {
    let unrecorded = holding(null);
    const wait = await open(10_000);
    let asked = 0;
    clock = await startClock({
      ...world,
      backlog: async () => {
        asked += 1;
        return unrecorded;
      },
    });
    await until(() => asked >= 3, { what: 'it has asked' });
    assert.deepEqual(await fired(wait), []);
    unrecorded = RECORDED;
    await firstStep(wait);
  });

  it('holds the steps of clients known on a channel whose events are unrecorded, and of no other (law 7)', async () => {
    config = configOf(WITH_OTHER);
    let unrecorded = RECORDED;
    clock = await startClock({ ...world, backlog: async () => unrecorded });
    await firstStep(await open(900));
    unrecorded = holding(['site']);
    const held = await open(900);
    const free = await openWait(opened.store, Date.now() - 900, rulesOf(config), { channel: 'other' });
    assert.equal((await firstStep(free)).late_reason, null);
    await until(() => Date.now() > held.opened_at + 2_500, { what: 'a second and more has gone' });
    assert.deepEqual(await fired(held), []);
    unrecorded = RECORDED;
    assert.equal((await firstStep(held)).late_reason, 'backlog');
  });

  it('says that answers may be on their way when it holds back no longer', async () => {
    let unrecorded = RECORDED;
    clock = await startClock({ ...world, backlog: async () => unrecorded });
    await firstStep(await open(900));
    unrecorded = { ...holding(['site']), held: null };
    assert.equal((await firstStep(await open(900))).late_reason, 'backlog');
  });

  it('a machine that slept fires at once and says so, to everyone whom it would have asked', async () => {
    let ahead = 0;
    clock = await startClock({ ...world, now: () => Date.now() + ahead });
    await firstStep(await open(900));
    const wait = await open(0);
    ahead = 70_000;
    const step = await until(async () => (await fired(wait)).find(({ skipped }) => !skipped), {
      what: 'it fires',
    });
    assert.equal(step.late_reason, 'slept');
    assert.equal(step.stage, 'breached');
  });

  it('a clock that is set back opens no hole: what waited before goes on as if nothing had been', async () => {
    let ahead = 0;
    clock = await startClock({ ...world, now: () => Date.now() + ahead });
    await firstStep(await open(900));
    const wait = await open(0);
    ahead = -240_000;
    const step = await firstStep(wait);
    const real = step.fired_at + 240_000 - wait.opened_at;
    assert.ok(real >= 1_000 && real < 60_000, `${real} ms after the opening`);
    assert.ok(step.fired_at >= step.due_at);
  });

  it('goes on when the database does not answer as the clock is set back', async () => {
    let ahead = 0;
    let broken = false;
    const store = {
      ...opened.store,
      get db() {
        if (broken) throw new Error('the database is away');
        return opened.store.db;
      },
    };
    clock = await startClock({ ...world, store, now: () => Date.now() + ahead });
    await firstStep(await open(900));
    const wait = await open(0);
    broken = true;
    ahead = -240_000;
    await until(() => Date.now() > wait.opened_at + 1_500, { what: 'it has looked in vain' });
    broken = false;
    await firstStep(wait);
  });

  it('raises no alarm for a channel that has not been read to its end, but for others (law 7)', async () => {
    config = configOf(WITH_OTHER);
    await saveChannelState(opened.store, { channel: 'site', up: true, caughtUp: false, problem: null });
    const held = await open(10_000);
    const free = await openWait(opened.store, Date.now() - 10_000, rulesOf(config), { channel: 'other' });
    clock = await startClock(world);
    await firstStep(free);
    assert.deepEqual(await fired(held), []);
    await saveChannelState(opened.store, { channel: 'site', up: true, caughtUp: true, problem: null });
    await firstStep(held);
  });

  it('holds no channel back longer than half a minute after it last made progress, and five minutes in all (law 7)', async () => {
    config = configOf(WITH_OTHER);
    for (const channel of ['site', 'other'])
      await saveChannelState(opened.store, { channel, up: false, caughtUp: false, problem: '401' });
    let ahead = 0;
    const stuck = await open(10_000);
    const moving = await openWait(opened.store, Date.now() - 10_000, rulesOf(config), { channel: 'other' });
    const now = () => Date.now() + ahead;
    const progress = (at: number) => {
      const said = new Map([['other', Date.now() + at]]);
      return sawChannels(opened.store, said, said);
    };
    clock = await startClock({ ...world, now });
    await progress(20_000);
    ahead = 31_000;
    await firstStep(stuck);
    assert.deepEqual(await fired(moving), []);
    // Written before the clock gets there: it may look at any moment.
    await progress(290_000);
    ahead = 290_000;
    const last = await open(10_000);
    await firstStep(last);
    assert.deepEqual(await fired(moving), []);
    ahead = 300_000;
    await firstStep(moving);
  });

  it('of a channel that brings nothing any more waits half a minute', async () => {
    config = configOf(WITH_OTHER);
    await saveChannelState(opened.store, { channel: 'site', up: true, caughtUp: false, problem: null });
    let ahead = 0;
    const wait = await open(10_000);
    const now = () => Date.now() + ahead;
    clock = await startClock({ ...world, now });
    ahead = 25_000;
    await sawChannels(opened.store, new Map([['site', now()]]), new Map([['site', now()]]));
    ahead = 50_000;
    const free = await openWait(opened.store, Date.now() - 10_000, rulesOf(config), { channel: 'other' });
    await firstStep(free);
    assert.deepEqual(await fired(wait), []);
    ahead = 56_000;
    await firstStep(wait);
  });

  describe('says in its metrics how late the clock itself was', () => {
    const lateness = async () => {
      const text = await world.metrics.read();
      const [count, sum] = ['count', 'sum'].map((part) =>
        Number(new RegExp(`otklik_step_lateness_seconds_${part} (\\S+)`).exec(text)?.[1] ?? 0),
      );
      return { count: count ?? 0, sum: sum ?? 0 };
    };

    it('not what came due before it was up, nor while a channel was held', async () => {
      await saveChannelState(opened.store, { channel: 'site', up: true, caughtUp: false, problem: null });
      const held = await open(10_000);
      clock = await startClock(world);
      await saveChannelState(opened.store, { channel: 'site', up: true, caughtUp: true, problem: null });
      await firstStep(held);
      await clock.close(); // with all its metrics
      assert.deepEqual(await lateness(), { count: 0, sum: 0 });
    });

    it('of what reached us, was learned or corrected late only from then on', async () => {
      config = configOf(CONFIG.replace('warn: 1s', 'warn: 30s, missed_call_at_once: true'));
      clock = await startClock(world);
      await until(async () => (await firstStep(await open(59_000))).step === 1, { what: 'the clock is up' });
      const before = await lateness();
      const missed = await openWait(opened.store, Date.now() - 40_000, rulesOf(config), {
        kind: 'call',
        call: {
          id: 'c1',
          direction: 'in',
          phase: 'ended',
          outcome: 'missed',
          talkSeconds: 0,
        },
      } as Partial<Event>);
      await firstStep(missed);
      const after = await until(
        async () => {
          const now = await lateness();
          return now.count > before.count ? now : null;
        },
        { what: 'the metric' },
      );
      // Due 10 and 40 s ago, which is not the clock's fault.
      assert.ok(after.sum < 5, `${after.sum} s`);
    });
  });
});
