import assert from 'node:assert/strict';
import { type ClockRules, type Event, MINUTE, type Policy, type RecordRules, SECOND } from '@otklik/domain';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { at } from '../domain/testing/story.ts';
import { fireDue } from './clock.ts';
import { planAnew } from './planAnew.ts';
import { timelineOf, waitsById } from './reads.ts';
import { recordEvents } from './record.ts';
import { company } from './testing/company.ts';
import { type TestStore, testStore } from './testing/testStore.ts';
import { message, openWait } from './testing/waits.ts';

type CompanyRules = RecordRules & ClockRules;
const OPENED = at('10:00:00');
const RULES = company();
const by = (policy: Partial<Policy>, transports?: Parameters<typeof company>[0]): CompanyRules =>
  company({ policy, ...transports });

describe('the rules change while clients wait', () => {
  let opened: TestStore;
  beforeAll(async () => {
    opened = await testStore({ durable: false });
  });
  afterAll(() => opened[Symbol.asyncDispose]());

  const fire = async (now: number, rules: CompanyRules) =>
    (await fireDue(opened.store, rules, { now, upSince: OPENED - MINUTE, unread: [], limit: 500 })).fired.map(
      ({ wait, step, lateReason }) => ({
        wait: wait.id,
        said: [step.step, step.asked.map(({ person }) => person).join('+'), lateReason ?? 'in time'].join(
          ' ',
        ),
      }),
    );
  const told = async (id: string, now: number, rules: CompanyRules) =>
    (await fire(now, rules)).filter(({ wait }) => wait === id).map(({ said }) => said);
  const read = async (id: string) => {
    const [wait] = await waitsById(opened.store, [id]);
    assert.ok(wait);
    return wait;
  };
  const corrections = async (id: string) =>
    (await timelineOf(opened.store, await read(id))).corrections.map(({ field, was, became, reason }) => ({
      field,
      was,
      became,
      reason,
    }));

  it('what is overdue only by the new policy fires at once and says so; nobody is asked twice', async () => {
    const wait = await openWait(opened.store, OPENED, RULES);
    assert.deepEqual(await told(wait.id, at('10:03:00'), RULES), ['1 anna in time']);
    const faster = by({
      breach: 4 * MINUTE,
      steps: [
        { at: 3 * MINUTE, notify: ['owner'] },
        { at: 4 * MINUTE, notify: ['owner', 'deputies'] },
        { at: 6 * MINUTE, notify: ['head'] },
      ],
    });
    assert.equal(await planAnew(opened.store, faster, at('10:04:30')), 1);
    assert.equal(await planAnew(opened.store, faster, at('10:04:30')), 0);
    assert.deepEqual(await told(wait.id, at('10:04:31'), faster), ['2 anna+boris+vlad policy']);
    assert.deepEqual(await told(wait.id, at('10:06:00'), faster), ['3 vera in time']);
    const { breach_at, breached_at, outage_seconds } = await read(wait.id);
    assert.deepEqual([breach_at, breached_at, outage_seconds], [at('10:04:00'), at('10:04:00'), 0]);
  });

  it('a clock that comes before the planning plans by itself, and a rung that was asked falls out', async () => {
    const wait = await openWait(opened.store, OPENED, RULES);
    assert.deepEqual(await told(wait.id, at('10:03:00'), RULES), ['1 anna in time']);
    // One more step at the beginning: by index the head's would be skipped and anna asked again.
    const more = by({
      steps: [
        { at: 2 * MINUTE, notify: ['deputies'] },
        { at: 3 * MINUTE, notify: ['owner'] },
        { at: 5 * MINUTE, notify: ['head'] },
      ],
    });
    assert.deepEqual(await told(wait.id, at('10:05:00'), more), ['4 vera+boris+vlad in time']);
  });

  it('of a call that was missed before nobody hears again whom the old policy has asked since', async () => {
    const quiet = by({ missedCallAtOnce: false });
    const missedAt = async (time: number): Promise<string> => {
      const call = {
        id: crypto.randomUUID(),
        direction: 'in',
        phase: 'ended',
        outcome: 'missed',
        talkSeconds: 0,
      };
      const wait = await openWait(opened.store, time, quiet, { kind: 'call', call } as Partial<Event>);
      return wait.id;
    };
    const asked = await missedAt(OPENED);
    assert.deepEqual(await told(asked, at('10:03:00'), quiet), ['1 anna in time']);
    const young = await missedAt(at('10:02:00'));
    await planAnew(opened.store, RULES, at('10:03:30'));
    const fired = await fire(at('10:03:30'), RULES);
    assert.deepEqual(
      fired.filter(({ wait }) => wait === asked || wait === young).map(({ wait, said }) => [wait, said]),
      [[young, '0 anna policy']],
    );
  });

  it('a breach that the new policy denies is taken back with a trace, and comes when it is due', async () => {
    const wait = await openWait(opened.store, OPENED, RULES);
    await fire(at('10:03:00'), RULES);
    await fire(at('10:05:00'), RULES);
    const slower = by({ warn: 3 * MINUTE, breach: 20 * MINUTE });
    await planAnew(opened.store, slower, at('10:06:00'));
    assert.equal((await read(wait.id)).breached_at, null);
    assert.deepEqual(await corrections(wait.id), [
      { field: 'breached_at', was: '2026-11-23T10:05:00.000Z', became: null, reason: 'policy' },
    ]);
    assert.deepEqual(await told(wait.id, at('10:20:00'), slower), []);
    assert.equal((await read(wait.id)).breached_at, at('10:20:00'));
  });

  it('leases and closed waits stay, and what becomes known later does not judge them by the new policy', async () => {
    const answered = await openWait(opened.store, OPENED, RULES);
    const { channel, thread } = answered;
    const answer = message('employee', OPENED + 4 * MINUTE, { channel, thread });
    await recordEvents(opened.store, [answer], RULES, OPENED + 4 * MINUTE);
    const strict = by({ warn: MINUTE, breach: 2 * MINUTE });
    await planAnew(opened.store, strict, at('10:10:00'));
    const late = message('client', OPENED - SECOND, { channel, thread });
    await recordEvents(opened.store, [late], strict, at('10:11:00'));
    const { opened_at, breach_at, breached_at } = await read(answered.id);
    assert.deepEqual(
      [opened_at, breach_at, breached_at],
      [OPENED - SECOND, OPENED - SECOND + 5 * MINUTE, null],
    );
  });

  it('waits that an older version planned are planned anew only where their window is another', async () => {
    const [same, other] = [
      await openWait(opened.store, OPENED, RULES),
      await openWait(opened.store, OPENED, RULES),
    ];
    await sql`update waits set plan = null where id in (${same.id}, ${other.id})`.execute(opened.store.db);
    await sql`update waits set breach_at = breach_at + interval '1 minute' where id = ${other.id}`.execute(
      opened.store.db,
    );
    await planAnew(opened.store, RULES, at('10:01:00'));
    const planned = async (id: string) => {
      const { plan, policy_at, breach_at } = await read(id);
      return [plan !== null, policy_at, breach_at];
    };
    assert.deepEqual(await planned(same.id), [true, null, at('10:05:00')]);
    assert.deepEqual(await planned(other.id), [true, at('10:01:00'), at('10:05:00')]);
  });

  it('who leaves hands over to whoever is asked now, who is told if the chain had begun', async () => {
    const begun = await openWait(opened.store, OPENED, RULES);
    await told(begun.id, at('10:03:00'), RULES);
    const young = await openWait(opened.store, at('10:02:00'), RULES);
    const all = company({ transports: ['email'] });
    const left = { ...all, people: new Map([...all.people].filter(([id]) => id !== 'anna')) };
    await planAnew(opened.store, left, at('10:04:00'));
    assert.equal(await planAnew(opened.store, left, at('10:04:00')), 0);
    for (const { id } of [begun, young]) {
      const { owner, owner_why, first_owner } = await read(id);
      assert.deepEqual([owner, owner_why, first_owner], ['boris', 'owner_away', 'anna']);
      const { acts } = await timelineOf(opened.store, await read(id));
      assert.deepEqual(
        acts.map(({ actor, action, details }) => [actor, action, details]),
        [['otklik.yaml', 'owner_left', { from: 'anna', to: 'boris' }]],
      );
    }
    const { rows } = await sql<{ wait_id: string; recipient: string }>`
      select wait_id, recipient from notices where step is null and wait_id in (${begun.id}, ${young.id})`.execute(
      opened.store.db,
    );
    assert.deepEqual(rows, [{ wait_id: begun.id, recipient: 'boris' }]);
  });
});
