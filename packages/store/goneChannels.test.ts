import assert from 'node:assert/strict';
import { HOUR, MINUTE, type RuledChannel } from '@otklik/domain';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { at } from '../domain/testing/story.ts';
import { fireDue } from './clock.ts';
import { followGoneChannels, keepChannels, waitsOfGoneChannels } from './keptChannels.ts';
import { planAnew } from './planAnew.ts';
import { listWaits } from './reads.ts';
import { recordEvents } from './record.ts';
import { renameChannels } from './renameChannels.ts';
import { company } from './testing/company.ts';
import { type TestStore, testStore } from './testing/testStore.ts';
import { answer, message, openWait } from './testing/waits.ts';

const RULES = company();
const kept = (id: string) => ({ ...(RULES.channels.get(id) as RuledChannel), id, kind: 'webhook' });
const without = (...ids: readonly string[]) => ({
  ...RULES,
  channels: new Map([...RULES.channels].filter(([id]) => !ids.includes(id))),
});
const POLICY = kept('site').policy;
const tick = (now: number) => ({ now, upSince: 0, unread: [], limit: 500 });

describe('a channel leaves the configuration', () => {
  let opened: TestStore;
  beforeAll(async () => {
    opened = await testStore({ durable: false });
  });
  afterAll(() => opened[Symbol.asyncDispose]());
  const open = async () =>
    (await listWaits(opened.store, { scope: { all: true }, state: 'open', limit: 100 })).items;

  it('its settings are kept whole, and followed by every process', async () => {
    const { store, another } = opened;
    const [site, bot] = [kept('site'), kept('bot')];
    const withShift = {
      ...bot,
      accounts: new Map([['anna', ['101']]]),
      duty: [
        {
          who: ['vlad'],
          since: '2026-11-23',
          hours: {
            timezone: 'UTC',
            hours: new Map([[1 as const, [{ from: '09:00', to: '18:00' }]]]),
            days: new Map(),
          },
        },
      ],
    };
    await keepChannels(store, [site, withShift], POLICY, at('10:00:00'));
    const heard: string[] = [];
    const follow = await followGoneChannels(await another(), {
      changed: () => heard.push('changed'),
      error: assert.fail,
    });
    try {
      await keepChannels(store, [site], POLICY, at('10:01:00'));
      await follow.refresh();
      assert.deepEqual(
        [...follow.of(new Map([['site', site]]), RULES.people).values()],
        [{ ...withShift, goneSince: at('10:01:00') }],
      );
      await keepChannels(store, [site, withShift], POLICY, at('10:02:00'));
      await follow.refresh();
      assert.equal(follow.of(new Map([['site', site]]), RULES.people).get('bot')?.goneSince, null);
      assert.ok(heard.length >= 2);
    } finally {
      await follow.close();
    }
  });

  it('its waits are asked about, even when nobody knows its settings', async () => {
    const { store } = opened;
    const wait = await openWait(store, at('11:00:00'), RULES, { channel: 'line' });
    const { fired } = await fireDue(store, without('line'), tick(at('11:03:00')));
    assert.deepEqual(
      fired.map(({ wait: { id }, step }) => [id, step.step, step.asked.map(({ person }) => person)]),
      [[wait.id, 1, ['anna']]],
    );
    assert.deepEqual(await waitsOfGoneChannels(store, ['site', 'bot']), [{ channel: 'line', waits: 1 }]);
  });

  it('a turn on a channel that this process does not know has a person and a clock', async () => {
    const { store } = opened;
    const wait = await openWait(store, at('12:00:00'), without('bot'), { channel: 'bot' });
    assert.deepEqual([wait.owner, wait.due_at], ['vera', at('12:03:00')]);
  });

  it('with another id everything follows, and what is known under both ids is one', async () => {
    const { store } = opened;
    const asked = at('13:00:00');
    const question = message('client', asked, { channel: 'site', thread: 'chat', id: 'q1' });
    await recordEvents(store, [question], RULES, asked);
    const old = (await open()).find(({ thread }) => thread === 'chat');
    // The channel was renamed first, a client wrote again under the new id, and the first turn was delivered again
    // there.
    const again = message('client', asked + MINUTE, { channel: 'bot', thread: 'chat', id: 'q2' });
    await recordEvents(store, [{ ...question, channel: 'bot' }, again], RULES, asked + MINUTE);
    await recordEvents(
      store,
      [message('client', asked, { channel: 'bot', thread: 'other', id: 'q3' })],
      RULES,
      asked,
    );
    const rename = [{ from: 'site', to: 'bot', kind: 'webhook' }];
    const renamed = await renameChannels(store, rename, without('site'), asked + 2 * MINUTE);
    assert.deepEqual(renamed, rename);
    assert.deepEqual(await renameChannels(store, rename, without('site'), asked + 2 * MINUTE), []);
    const ofChat = (await open()).filter(({ thread }) => thread === 'chat');
    assert.deepEqual(
      ofChat.map(({ id, channel, opening, opened_at, also_on }) => [
        id,
        channel,
        opening,
        opened_at,
        also_on,
      ]),
      [[old?.id, 'bot', 'bot\nq1', asked, []]],
    );
    const { fresh } = await recordEvents(
      store,
      [{ ...question, channel: 'bot' }],
      without('site'),
      asked + HOUR,
    );
    assert.equal(fresh.length, 0);
    await recordEvents(
      store,
      [message('employee', asked + 2 * MINUTE, { channel: 'bot', thread: 'chat' })],
      without('site'),
      asked + 2 * MINUTE,
    );
    assert.ok((await open()).every(({ thread }) => thread !== 'chat'));
  });

  it('nothing else of an event can be rewritten, not even with the name', async () => {
    const { db } = opened.store;
    const rewrite = (set: ReturnType<typeof sql>) =>
      db.transaction().execute(async (tx) => {
        await sql`select set_config('otklik.renaming', 'bot shop', true)`.execute(tx);
        await sql`update events set channel = 'shop', ${set} where channel = 'bot'`.execute(tx);
      });
    await assert.rejects(rewrite(sql`side = 'employee'`), /append-only/);
    await assert.rejects(
      sql`update events set channel = 'shop' where channel = 'bot'`.execute(db),
      /append-only/,
    );
  });

  it('what is remembered under both ids: the newer stays; where a feed is read it is read on', async () => {
    const { store } = opened;
    const { db } = store;
    await sql`
      insert into channel_memory (channel, name, value, term, updated_at) values
        ('line', 'key', 'newer', 'account', now()), ('phone2', 'key', 'older', 'account', now() - interval '1 minute')`.execute(
      db,
    );
    await sql`insert into cursors (account, cursor) values ('phone:line', '7')`.execute(db);
    await renameChannels(store, [{ from: 'line', to: 'phone2', kind: 'phone' }], RULES, at('14:00:00'));
    const { rows: memory } = await sql`select channel, value from channel_memory where name = 'key'`.execute(
      db,
    );
    assert.deepEqual(memory, [{ channel: 'phone2', value: 'newer' }]);
    const { rows: cursors } = await sql`select account, cursor from cursors`.execute(db);
    assert.deepEqual(cursors, [{ account: 'phone:phone2', cursor: '7' }]);
  });

  it('every table that bears the id of a channel is renamed', async () => {
    const { store } = opened;
    const { db } = store;
    const closed = await openWait(store, at('14:30:00'), RULES, { channel: 'was' });
    await answer(store, closed, at('14:31:00'));
    await openWait(store, at('14:30:00'), RULES, { channel: 'was' });
    const rows = [
      sql`blind_spans (channel, from_at, to_at) values ('was', now(), now())`,
      sql`channel_memory (channel, name, value, term, updated_at) values ('was', 'key', '1', 'account', now())`,
      sql`channel_settings (channel, settings, kept_at) values ('was', '{}', now())`,
      sql`channel_states (channel) values ('was') on conflict do nothing`,
      sql`history_told (channel, person, told_at) values ('was', 'anna', now())`,
      sql`notices (id, type, channel, transport, due_at, next_attempt_at) values (gen_random_uuid(), 'wait.step', 'was', 'webhook', now(), now())`,
      sql`ordered_calls (id, channel, thread, via, number, by, at) values (gen_random_uuid(), 'was', 't', 'was', '+79160000001', 'anna', now())`,
      sql`quarantine (channel, source, reason, body) values ('was', 'was', 'not_understood', '{}')`,
      sql`replies (id, wait_id, channel, thread, person, account, chat_id, message_id, next_attempt_at)
        values ('r', ${closed.id}, 'was', 't', 'anna', 'a', 1, 1, now())`,
      sql`watched_channels (channel, since, applied) values ('was', now(), now()) on conflict do nothing`,
    ];
    for (const row of rows) await sql`insert into ${row}`.execute(db);
    const rename = [{ from: 'was', to: 'now', kind: 'webhook' }];
    assert.deepEqual(await renameChannels(store, rename, RULES, at('14:40:00')), rename);
    const { rows: tables } = await sql<{ name: string }>`
      select table_name as name from information_schema.columns
      where table_schema = current_schema() and column_name = 'channel' order by 1`.execute(db);
    const standing: Record<string, unknown> = {};
    const wanted: Record<string, unknown> = {};
    // renameChannels.ts must say what becomes of a new table. Counts stay where they were counted.
    for (const { name } of tables) {
      if (['wait_count_changes', 'wait_counts'].includes(name)) continue;
      const found = await sql`
        select distinct channel from ${sql.table(name)} where channel in ('was', 'now')`.execute(db);
      standing[name] = found.rows;
      wanted[name] = [{ channel: 'now' }];
    }
    assert.deepEqual(standing, wanted);
    const { rows: others } = await sql`
      select (select via from ordered_calls where channel = 'now') as via, (select source from quarantine where channel = 'now') as source,
        array(select answered_via from waits where channel = 'now' order by answered_via) as answered_via,
        (select count(*)::integer from waits where channel = 'now' and starts_with(opening, 'now')) as openings`.execute(
      db,
    );
    assert.deepEqual(others, [{ via: 'now', source: 'now', answered_via: ['now', null], openings: 2 }]);
  });

  it('waits that an older version has silenced are asked about again', async () => {
    const { store } = opened;
    const silenced = await openWait(store, at('15:00:00'), RULES);
    const ended = await openWait(store, at('15:00:00'), RULES);
    await sql`update waits set due_at = null where id = ${silenced.id}`.execute(store.db);
    await sql`update waits set due_at = null, steps_done = 6, warned_at = warn_at, breached_at = breach_at where id = ${ended.id}`.execute(
      store.db,
    );
    const planned = async () =>
      (await open()).filter(({ id }) => [silenced.id, ended.id].includes(id)).map(({ due_at }) => due_at);
    await planAnew(store, RULES, at('15:10:00'));
    assert.deepEqual((await planned()).toSorted(), [at('15:03:00'), null]);
  });
});
