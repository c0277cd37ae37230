import assert from 'node:assert/strict';
import type { EpochMs, WaitRow } from '@otklik/domain';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, it } from 'vitest';
import { at } from '../domain/testing/story.ts';
import { fireDue } from './clock.ts';
import { handOver, noReplyNeeded } from './commands.ts';
import { returnUntaken } from './handBacks.ts';
import { type ClaimedNotice, claimDue, markDelivered } from './notices.ts';
import { goOn } from './reach.ts';
import { recordEvents } from './record.ts';
import type { Store } from './store.ts';
import { company } from './testing/company.ts';
import { type TestStore, testStore } from './testing/testStore.ts';
import { answer, message, openWait } from './testing/waits.ts';

const OPENED = at('10:00:00');
const WARNED = at('10:03:00');
const BREACHED = at('10:05:00');
const ANSWERED = at('10:05:10');
const TOLD = at('10:05:13');
const RULES = company({ transports: ['email'] });

describe('the end of a wait, by mail', () => {
  let opened: TestStore;
  let store: Store;
  beforeEach(async () => {
    opened = await testStore();
    ({ store } = opened);
  });
  afterEach(() => opened[Symbol.asyncDispose]());

  const fire = (now: EpochMs, rules = RULES) =>
    fireDue(store, rules, { now, upSince: OPENED, unread: [], limit: 100 });
  const claim = async (now: EpochMs) =>
    (await claimDue(store, 'email', now, { limit: 100, together: 'steps' })).notices;
  const deliver = (notices: readonly ClaimedNotice[], when: EpochMs) =>
    markDelivered(
      store,
      notices.map(({ id }) => ({ id, state: 'sent', at: when, mail: notices[0]?.id ?? id })),
    );
  /** A wait about which Anna, then Boris and Vlad were pinged by mail. */
  const pinged = async (): Promise<WaitRow> => {
    const wait = await openWait(store, OPENED, RULES);
    for (const now of [WARNED, BREACHED]) {
      await fire(now);
      await deliver(await claim(now), now);
    }
    return wait;
  };
  const endsOf = (notices: readonly ClaimedNotice[]) =>
    notices
      .filter(({ type }) => type === 'wait.ended')
      .map(({ recipient, wait }) => `${recipient} ${wait?.outcome ?? 'open'}`)
      .sort();

  it('is told once to everybody who was pinged, under the pings of theirs', async () => {
    const wait = await pinged();
    await answer(store, wait, ANSWERED, RULES);
    assert.deepEqual(await claim(ANSWERED), [], 'others may end in the same moment');
    const ends = await claim(TOLD);
    assert.deepEqual(endsOf(ends), ['anna answered', 'boris answered', 'vlad answered']);
    const anna = ends.find(({ recipient }) => recipient === 'anna');
    assert.equal(anna?.ends?.length, 2);
    await deliver(ends, TOLD);
    await recordEvents(
      store,
      [message('employee', ANSWERED - 1_000, { thread: wait.thread })],
      RULES,
      at('10:06:00'),
    );
    assert.deepEqual(await claim(at('11:00:00')), [], 'a correction is no second end');
  });

  it('takes with it what ended a moment later', async () => {
    const [first, second] = [await pinged(), await openWait(store, OPENED + 1, RULES)];
    await fire(BREACHED + 1);
    await deliver(await claim(BREACHED + 1), BREACHED + 1);
    await answer(store, first, ANSWERED, RULES);
    await answer(store, second, ANSWERED + 1_000, RULES);
    const annas = (await claim(TOLD)).filter(({ recipient }) => recipient === 'anna');
    assert.deepEqual(new Set(annas.map(({ wait_id }) => wait_id)), new Set([first.id, second.id]));
  });

  it('is not told of a ping that was never sent', async () => {
    const wait = await openWait(store, OPENED, RULES);
    await fire(WARNED);
    await answer(store, wait, WARNED + 100, RULES);
    assert.deepEqual(await claim(TOLD), []);
  });

  it('waits for a ping that is on its way, and is not told when that one is lost', async () => {
    for (const isLost of [false, true]) {
      const wait = await openWait(store, OPENED, RULES);
      await fire(WARNED);
      const [ping] = await claim(WARNED);
      assert.ok(ping);
      await answer(store, wait, WARNED + 100, RULES);
      assert.deepEqual(await claim(TOLD), []);
      if (isLost) await markDelivered(store, [{ id: ping.id, state: 'failed', problem: 'no' }]);
      else await deliver([ping], WARNED + 200);
      const ends = await claim(TOLD);
      assert.deepEqual(endsOf(ends), isLost ? [] : ['anna answered']);
      await deliver(ends, TOLD);
    }
  });

  it('says whose it is now to all but the new owner and whoever handed it over, and is not told again', async () => {
    const wait = await pinged();
    await handOver(store, RULES, wait.id, 'vlad', 'boris', ANSWERED);
    const told = await claim(TOLD);
    assert.deepEqual(endsOf(told), ['anna open']);
    await deliver(told, TOLD);
    await noReplyNeeded(store, RULES, wait.id, 'boris', at('10:06:00'));
    assert.deepEqual(endsOf(await claim(at('10:06:03'))), ['boris no_reply_needed', 'vlad no_reply_needed']);
  });

  it('says to whoever did not take what was handed to them that it went back', async () => {
    const reach = { hasWays: true, waysOf: () => ['email'] as const, works: () => true };
    const rules = { ...RULES, reach };
    const wait = await openWait(store, OPENED, rules);
    await handOver(store, rules, wait.id, 'anna', 'boris', at('10:00:10'));
    await deliver(await claim(at('10:00:10')), at('10:00:10'));
    const later = at('10:02:55');
    await returnUntaken(store, rules, { now: later, ableSince: OPENED, unread: [], unrecorded: [] });
    const notices = await claim(later + 3_000);
    assert.deepEqual(endsOf(notices), ['boris open']);
    assert.deepEqual(
      notices.map(({ wait: now }) => [now?.owner, now?.owner_why]),
      notices.map(() => ['anna', 'handed_back']),
    );
  });

  it('is not told of a wait that is open again, but of its next end', async () => {
    const wait = await pinged();
    const reply = message('employee', ANSWERED, { thread: wait.thread, id: 'reply' });
    await recordEvents(store, [reply], RULES, ANSWERED);
    const bounce = {
      ...message('client', ANSWERED + 500, { thread: wait.thread }),
      kind: 'bounce',
      side: 'bot',
    };
    await recordEvents(store, [{ ...bounce, of: 'reply' } as never], RULES, ANSWERED + 500);
    assert.deepEqual(endsOf(await claim(TOLD)), []);
    await answer(store, wait, at('10:06:00'), RULES);
    assert.deepEqual(endsOf(await claim(at('10:06:03'))), [
      'anna answered',
      'boris answered',
      'vlad answered',
    ]);
  });

  it('respects the quiet hours of those who stand by', async () => {
    const people = new Map(
      [...RULES.people].map(([id, person]) => [id, { ...person, quiet: { from: '10:05', to: '11:00' } }]),
    );
    const rules = { ...RULES, people };
    const wait = await openWait(store, OPENED, rules);
    await fire(WARNED, rules);
    await deliver(await claim(WARNED), WARNED);
    await sql`
      insert into notices (id, type, wait_id, recipient, transport, due_at, next_attempt_at, state, sent_at, sent_as)
      select gen_random_uuid(), type, wait_id, 'boris', transport, due_at, next_attempt_at, state, sent_at, sent_as from notices`.execute(
      store.db,
    );
    await answer(store, wait, ANSWERED, rules);
    assert.deepEqual(endsOf(await claim(TOLD)), ['anna answered']);
    assert.deepEqual(endsOf(await claim(at('11:00:00'))), ['boris answered']);
  });

  it('goes by no other transport when the mail server does not take it', async () => {
    const wait = await pinged();
    await answer(store, wait, ANSWERED, RULES);
    const [end] = await claim(TOLD);
    assert.ok(end);
    const reach = { hasWays: true, waysOf: () => ['email', 'telegram'] as const, works: () => true };
    await goOn(store, { ...RULES, reach }, end, 'refused', TOLD);
    const { rows } = await sql`select from notices where transport = 'telegram'`.execute(store.db);
    assert.deepEqual(rows, []);
  });
});
