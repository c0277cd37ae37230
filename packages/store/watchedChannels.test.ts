import assert from 'node:assert/strict';
import { HOUR, MINUTE } from '@otklik/domain';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, it } from 'vitest';
import { at, story } from '../domain/testing/story.ts';
import { fireDue } from './clock.ts';
import { acknowledgeWait, handOver } from './commands.ts';
import { ownerReport } from './ownerReport.ts';
import { listWaits, openWaitGauges, responseTimes, timelineOf } from './reads.ts';
import { recordEvents } from './record.ts';
import type { Store } from './store.ts';
import { company } from './testing/company.ts';
import { type TestStore, testStore } from './testing/testStore.ts';
import type { NamedWait } from './waitRows.ts';
import { moveBorders, tellLeftWaiting, watchChannels } from './watchedChannels.ts';

const BORDER = at('10:00:00');
const NOW = at('12:00:00');
const ALL = { scope: { all: true } } as const;

describe('history: what opened before its channel was watched', () => {
  let opened: TestStore;
  let store: Store;
  beforeEach(async () => {
    opened = await testStore();
    ({ store } = opened);
  });
  afterEach(() => opened[Symbol.asyncDispose]());

  const since = (border: number, over: Parameters<typeof company>[0] = {}) =>
    company({ enforceFrom: { site: border, bot: border, line: border }, announce: ['webhook'], ...over });
  const record = (table: string, rules = since(BORDER), now = NOW) =>
    recordEvents(store, story(table), rules, now);
  const waits = async (): Promise<NamedWait[]> =>
    (await listWaits(store, { ...ALL, limit: 100 })).items.toReversed();
  const told = async () =>
    (await waits()).map(
      ({ opened_at, history, outcome, due_at }) =>
        `${new Date(opened_at).toISOString().slice(11, 16)} ${history ? 'history' : 'counts'} ${outcome ?? 'waits'}${due_at === null ? '' : ' due'}`,
    );
  const notices = async () =>
    (await sql<{ type: string }>`select type from notices order by created_at`.execute(store.db)).rows.map(
      ({ type }) => type,
    );
  const fire = (rules = since(BORDER)) =>
    fireDue(store, rules, { now: NOW, upSince: 0, unread: [], limit: 100 });

  it('asks nobody, is told to nobody, and counts in no gauge, overload or report', async () => {
    const rules = since(BORDER, { policy: { overload: 1 } });
    await record(
      `09:00:00 site/1 client message m1
       09:01:00 site/2 client message m2
       09:10:00 site/2 employee message m3`,
      rules,
    );
    assert.deepEqual(await told(), ['09:00 history waits', '09:01 history answered']);
    assert.deepEqual((await fire(rules)).fired, []);
    assert.deepEqual(await notices(), []);
    assert.deepEqual(await openWaitGauges(store), []);
    const span = { from: 0, to: NOW, scope: { all: true } } as const;
    assert.deepEqual(await responseTimes(store, { ...span, groupBy: 'channel', timezone: 'UTC' }), []);
    assert.deepEqual(await ownerReport(store, span), []);
    assert.deepEqual(
      (await waits()).map(({ warned_at, breached_at }) => [warned_at, breached_at]),
      [
        [null, null],
        [null, null],
      ],
    );
    await record('11:59:00 site/3 client message m4', rules);
    assert.equal((await waits()).at(-1)?.owner_why, 'owner', 'whom history left waiting overload nobody');
  });

  it('a turn after the border opens a wait of its own, and one answer ends both', async () => {
    await record('09:00:00 site/1 client message m1');
    await record('11:00:00 site/1 client message m2');
    assert.deepEqual(await told(), ['09:00 history waits', '11:00 counts waits due']);
    assert.deepEqual(await notices(), ['wait.opened']);
    await record('11:01:00 site/1 employee message m3');
    assert.deepEqual(await told(), ['09:00 history answered', '11:00 counts answered']);
    assert.deepEqual(await notices(), ['wait.opened', 'wait.closed']);
  });

  it('who takes it or hands it over wakes nobody', async () => {
    await record('09:00:00 site/1 client message m1');
    const id = (await waits())[0]?.id ?? '';
    assert.equal((await acknowledgeWait(store, since(BORDER), id, 'anna', NOW)).outcome, 'done');
    assert.equal((await handOver(store, since(BORDER), id, 'anna', 'boris', NOW)).outcome, 'done');
    assert.deepEqual([await told(), await notices()], [['09:00 history waits'], []]);
  });

  it('a later border makes history of who waits, and says so; what is over stays', async () => {
    const before = since(0);
    await watchChannels(store, ['site', 'bot', 'line'], 0);
    await record(
      `09:00:00 site/1 client message m1
       09:05:00 site/2 client message m2
       09:06:00 site/2 employee message m3`,
      before,
      at('09:06:00'),
    );
    await fireDue(store, before, { now: at('09:30:00'), upSince: 0, unread: [], limit: 100 });
    assert.equal(await moveBorders(store, before, NOW), 0);
    assert.equal(await moveBorders(store, since(BORDER), NOW), 1);
    assert.deepEqual(await told(), ['09:00 history waits', '09:05 counts answered']);
    assert.deepEqual((await fire()).fired, []);
    const [wait] = await waits();
    assert.ok(wait);
    const { corrections } = await timelineOf(store, wait);
    assert.deepEqual(corrections.map(({ field, became, reason }) => [field, became, reason]).toSorted(), [
      ['breached_at', null, 'enforce_from'],
      ['warned_at', null, 'enforce_from'],
    ]);
    assert.equal(await moveBorders(store, since(BORDER), NOW), 0, 'once');
  });

  it('an earlier border gives who waits since then their chain, apart from who waited before', async () => {
    await watchChannels(store, ['site', 'bot', 'line'], BORDER);
    await record(
      `08:00:00 site/1 client message m1
       09:30:00 site/1 client message m2`,
    );
    assert.deepEqual(await told(), ['08:00 history waits']);
    const earlier = since(at('09:00:00'));
    assert.equal(await moveBorders(store, earlier, NOW), 1);
    assert.deepEqual(await told(), ['08:00 history waits', '09:30 counts waits due']);
    assert.deepEqual(await notices(), ['wait.opened']);
    assert.ok((await fire(earlier)).fired.length > 0);
  });

  it('keeps when a channel first stood in the configuration', async () => {
    assert.deepEqual([...(await watchChannels(store, ['site'], BORDER))], [['site', BORDER]]);
    const later = await watchChannels(store, ['site', 'bot'], BORDER + HOUR);
    assert.deepEqual(Object.fromEntries(later), { site: BORDER, bot: BORDER + HOUR });
  });

  it('tells each owner once how many clients it left waiting, when all of it has been read', async () => {
    await record(
      `08:00:00 site/1 client message m1 received=11:00:00
       08:30:00 bot/2  client message m2 received=11:00:00
       08:40:00 bot/3  client message m3 received=11:00:00
       08:41:00 bot/3  employee message m4 received=11:00:00`,
    );
    const tell = (over: object = {}) =>
      tellLeftWaiting(store, since(BORDER), { now: NOW, quietSince: NOW - MINUTE, unread: [], ...over });
    assert.equal(await tell({ quietSince: at('10:59:00') }), 0, 'still arriving');
    assert.equal(await tell({ unread: ['bot'] }), 0, 'its channel is not read to the end');
    assert.equal(await tell(), 1);
    const { rows } = await sql<{
      type: string;
      recipient: string;
      data: { clients: number; oldest: string[] };
    }>`
      select type, recipient, data from notices`.execute(store.db);
    const open = (await waits()).filter(({ closed_at }) => closed_at === null).map(({ id }) => id);
    assert.deepEqual(rows, [{ type: 'history.left', recipient: 'anna', data: { clients: 2, oldest: open } }]);
    await record('08:50:00 site/5 client message m5 received=11:30:00');
    assert.equal(await tell(), 0, 'not a second time');
  });
});
