import assert from 'node:assert/strict';
import { SECOND, type WaitRow } from '@otklik/domain';
import { until } from '@otklik/testing';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, it } from 'vitest';
import { at } from '../domain/testing/story.ts';
import { claimEdits, joinMessage, markEdited, noticesInChat, wantCard } from './chatMessages.ts';
import { fireDue } from './clock.ts';
import {
  claimDue,
  type Delivered,
  markDelivered,
  nextNoticeAt,
  releaseDeadClaims,
  wantEdits,
} from './notices.ts';
import { recordIn } from './record.ts';
import type { Store } from './store.ts';
import { company } from './testing/company.ts';
import { type TestStore, testStore } from './testing/testStore.ts';
import { answer, blocked, message, openWait } from './testing/waits.ts';

const OPENED = at('10:00:00');
const WARNED = at('10:03:00');
const RULES = company({ transports: ['telegram'] });

describe('the outbox', () => {
  let opened: TestStore;
  let store: Store;
  beforeEach(async () => {
    opened = await testStore();
    ({ store } = opened);
  });
  afterEach(() => opened[Symbol.asyncDispose]());

  /** A wait whose owner is to be pinged. */
  const warned = async (): Promise<WaitRow> => {
    const wait = await openWait(store, OPENED, RULES);
    await fireDue(store, RULES, { now: WARNED, upSince: OPENED, unread: [], limit: 100 });
    return wait;
  };
  const claim = async (by = store, limit = 100, now = WARNED) =>
    (await claimDue(by, 'telegram', now, { limit, together: 'held' })).notices;
  const sent = (id: string, text = 'ping'): Delivered => ({
    id,
    state: 'sent',
    at: WARNED,
    chatId: 1,
    messageId: Number.parseInt(id.slice(0, 6), 16),
    text,
  });

  it('hands each notice to one process, with its wait as it stands', async () => {
    const ids = new Set<string>();
    for (let i = 0; i < 20; i++) ids.add((await warned()).id);
    const processes = [store, await opened.another(), await opened.another()];
    const claimed = (await Promise.all(processes.flatMap((by) => [claim(by, 9), claim(by, 9)]))).flat();
    assert.deepEqual(new Set(claimed.map(({ wait }) => wait?.id)), ids);
    assert.equal(claimed.length, 20);
    assert.deepEqual(await claim(), []);
  });

  it('cancels a ping whose client was answered before it was sent (law 9)', async () => {
    const wait = await warned();
    await answer(store, wait, at('10:03:01'), RULES);
    assert.deepEqual(await claim(), []);
    const { rows } = await sql<{ state: string }>`select state from notices`.execute(store.db);
    assert.deepEqual(rows, [{ state: 'cancelled' }]);
  });

  it('waits for an answer that is just being written down, then cancels (law 9)', async () => {
    const wait = await warned();
    let claiming: ReturnType<typeof claim> | undefined;
    await store.db.transaction().execute(async (tx) => {
      await recordIn(tx, [message('employee', at('10:03:01'), { thread: wait.thread })], RULES, WARNED);
      claiming = claim();
      await until(async () => (await blocked(store)) > 0, { what: 'the claim stands before the lock' });
    });
    assert.deepEqual(await claiming, []);
  });

  it('takes with the oldest what else is due for the same people, and leaves out whose turn it is not', async () => {
    for (let i = 0; i < 3; i++) await warned();
    const all = { limit: 1, together: 'steps' } as const;
    const nothing = await claimDue(store, 'telegram', WARNED, { ...all, except: ['anna'] });
    assert.deepEqual(nothing, { notices: [], more: false });
    const { notices } = await claimDue(store, 'telegram', WARNED, all);
    assert.equal(notices.length, 3);
    assert.deepEqual(new Set(notices.map(({ recipient }) => recipient)), new Set(['anna']));
  });

  it('a digest tells of who was answered meanwhile, and not of a turn that never was', async () => {
    const waits = [await warned(), await warned(), await warned()];
    await sql`update notices set held = true`.execute(store.db);
    await answer(store, waits[0] as WaitRow, at('10:03:01'), RULES);
    await sql`update waits set voided_at = now() where id = ${waits[1]?.id}`.execute(store.db);
    const { notices } = await claimDue(store, 'telegram', WARNED, { limit: 1, together: 'held' });
    assert.deepEqual(
      new Set(notices.map(({ wait_id, wait }) => `${wait_id} ${wait?.outcome}`)),
      new Set([`${waits[0]?.id} answered`, `${waits[2]?.id} null`]),
    );
  });

  it('gives back what a process that died had claimed, and nothing of one that lives', async () => {
    await warned();
    const other = await opened.another();
    assert.equal((await claim(other)).length, 1);
    assert.equal(await releaseDeadClaims(store), 0);
    await other.close();
    assert.equal(await releaseDeadClaims(store), 1);
    const [again] = await claim();
    assert.equal(again?.attempts, 2);
  });

  it('a process whose session the database has cut lives on: its claims stay its own', async () => {
    await warned();
    const other = await opened.another();
    await claim(other);
    const held = async () => {
      const { rows } = await sql<{ pid: number }>`
        select pid from pg_locks where locktype = 'advisory' and objid = ${other.instance}::bigint::oid and granted`.execute(
        store.db,
      );
      return rows[0]?.pid;
    };
    const before = await held();
    await sql`select pg_terminate_backend(${before}::int)`.execute(store.db);
    await until(async () => ![undefined, before].includes(await held()), { what: 'it holds its lock again' });
    assert.equal(await releaseDeadClaims(store), 0);
  });

  it('tries again when the transport asks, and not before', async () => {
    await warned();
    const [notice] = await claim();
    assert.ok(notice);
    const retryAt = WARNED + 7 * SECOND;
    await markDelivered(store, [{ id: notice.id, state: 'pending', retryAt, problem: '429' }]);
    assert.equal(await nextNoticeAt(store), retryAt);
    assert.deepEqual(await claim(), []);
    assert.equal((await claim(store, 1, retryAt)).length, 1);
  });

  it('keeps a dead letter with what was wrong with it, and never sends it', async () => {
    await warned();
    const [notice] = await claim();
    assert.ok(notice);
    await markDelivered(store, [{ id: notice.id, state: 'failed', problem: 'blocked' }]);
    const { rows } = await sql<{
      state: string;
      problem: string;
    }>`select state, problem from notices`.execute(store.db);
    assert.deepEqual(rows, [{ state: 'failed', problem: 'blocked' }]);
    assert.deepEqual(await claim(store, 1, WARNED + 1e9), []);
    assert.equal(await nextNoticeAt(store), null);
  });

  it('has a ping edited when its wait changes, once, with the wait as it then stands', async () => {
    const wait = await warned();
    const [notice] = await claim();
    assert.ok(notice);
    await markDelivered(store, [sent(notice.id)]);
    assert.deepEqual(await claimEdits(store, WARNED, 10), []);
    await answer(store, wait, WARNED, RULES);
    const [edit] = await claimEdits(store, WARNED, 10);
    const [on] = edit?.notices ?? [];
    assert.deepEqual([on?.id, on?.wait?.outcome, on?.sent_text], [notice.id, 'answered', 'ping']);
    assert.deepEqual(await claimEdits(store, WARNED, 10), []);
  });

  it('edits it once more when whoever was to do it has died', async () => {
    const wait = await warned();
    const [notice] = await claim();
    assert.ok(notice);
    await markDelivered(store, [sent(notice.id)]);
    await answer(store, wait, WARNED, RULES);
    const [lost] = await claimEdits(store, WARNED, 10);
    assert.ok(lost);
    assert.deepEqual(await claimEdits(store, lost.claimedUntil - 1, 10), []);
    const [again] = await claimEdits(store, lost.claimedUntil, 10);
    assert.ok(again);
    await markEdited(store, again, { outcome: 'edited', text: 'edited', at: lost.claimedUntil });
    assert.deepEqual(await claimEdits(store, WARNED + 1e9, 10), []);
  });

  it('edits a ping that was on its way while its wait changed', async () => {
    const wait = await warned();
    const [notice] = await claim();
    assert.ok(notice);
    await answer(store, wait, WARNED, RULES);
    assert.deepEqual(await claimEdits(store, WARNED, 10), [], 'it has no number in the chat yet');
    await markDelivered(store, [sent(notice.id)]);
    assert.deepEqual(
      (await claimEdits(store, WARNED, 10)).flatMap(({ notices }) => notices.map(({ id }) => id)),
      [notice.id],
    );
  });

  it('takes pings to edit without waiting for whoever changes their wait, and hears of that change too', async () => {
    const wait = await warned();
    const [notice] = await claim();
    assert.ok(notice);
    await markDelivered(store, [sent(notice.id)]);
    await wantEdits(store.db, [wait.id], WARNED);
    await store.db.transaction().execute(async (tx) => {
      await sql`select 1 from waits where id = ${wait.id} for update`.execute(tx);
      const [edit] = await claimEdits(store, WARNED, 10);
      assert.equal(edit?.notices[0]?.wait?.outcome, null);
      await recordIn(tx, [message('employee', WARNED, { thread: wait.thread })], RULES, WARNED);
    });
    assert.deepEqual(
      (await claimEdits(store, WARNED, 10)).map(({ notices }) => notices[0]?.wait?.outcome),
      ['answered'],
    );
  });

  it('remembers what stands in a chat, and when an edit is to be tried again', async () => {
    const wait = await warned();
    const [notice] = await claim();
    assert.ok(notice);
    const delivered = sent(notice.id);
    await markDelivered(store, [delivered]);
    assert.ok(delivered.state === 'sent' && delivered.messageId);
    assert.deepEqual(await noticesInChat(store, 1, delivered.messageId), [
      { id: notice.id, wait_id: wait.id },
    ]);
    assert.deepEqual(await noticesInChat(store, 2, delivered.messageId), []);
    await wantEdits(store.db, [wait.id], WARNED);
    const [first] = await claimEdits(store, WARNED, 10);
    assert.ok(first);
    await markEdited(store, first, { outcome: 'retry', retryAt: WARNED + SECOND });
    assert.equal(await nextNoticeAt(store), WARNED + SECOND);
    const [again] = await claimEdits(store, WARNED + SECOND, 10);
    assert.equal(again?.notices[0]?.id, notice.id);
    await markEdited(store, again, { outcome: 'edited', text: 'answered', at: WARNED + SECOND });
    await wantEdits(store.db, [wait.id], WARNED);
    assert.equal((await claimEdits(store, WARNED, 10))[0]?.notices[0]?.sent_text, 'answered');
  });

  /** A ping shown in Anna's chat, and another to be sent to her. */
  const standing = async () => {
    await warned();
    const [first] = await claim();
    assert.ok(first);
    const message = { chatId: 1, messageId: 7 };
    await markDelivered(store, [{ id: first.id, state: 'sent', at: WARNED, text: 'ping', ...message }]);
    await warned();
    const [second] = await claim();
    assert.ok(second);
    return { first, second, message };
  };
  const stateOf = async (id: string) => {
    const { rows } = await sql<{ state: string; message_id: number | null; sent_text: string | null }>`
      select state, message_id, sent_text from notices where id = ${id}`.execute(store.db);
    return rows[0];
  };

  it('a notice that joins a message has it edited, with all that stands on it', async () => {
    const { first, second, message } = await standing();
    assert.equal(await joinMessage(store, message, [second], WARNED), true);
    const [edit] = await claimEdits(store, WARNED, 10);
    assert.deepEqual(new Set(edit?.notices.map(({ id }) => id)), new Set([first.id, second.id]));
    assert.ok(edit);
    await markEdited(store, edit, { outcome: 'edited', text: 'list', at: WARNED });
    assert.deepEqual(
      [(await stateOf(first.id))?.sent_text, (await stateOf(second.id))?.sent_text],
      ['list', 'list'],
    );
    assert.deepEqual(await claimEdits(store, WARNED, 10), []);
  });

  it('what a message that cannot be edited never showed is sent by itself; nothing joins that message again', async () => {
    const { first, second, message } = await standing();
    await joinMessage(store, message, [second], WARNED);
    const [edit] = await claimEdits(store, WARNED, 10);
    assert.ok(edit);
    await markEdited(store, edit, { outcome: 'refused', at: WARNED });
    assert.deepEqual(await stateOf(second.id), { state: 'pending', message_id: null, sent_text: null });
    assert.equal((await stateOf(first.id))?.state, 'sent');
    const [again] = await claim();
    assert.equal(again?.id, second.id);
    assert.equal(await joinMessage(store, message, [again], WARNED), false);
    assert.equal((await stateOf(second.id))?.state, 'sending');
  });

  it('a message that two processes have edited at once is edited once more', async () => {
    const { second, message } = await standing();
    await joinMessage(store, message, [second], WARNED);
    const [edit] = await claimEdits(store, WARNED, 10);
    assert.ok(edit);
    await markEdited(store, edit, { outcome: 'edited', text: 'newer', at: WARNED });
    await markEdited(store, edit, { outcome: 'edited', text: 'older', at: WARNED });
    const [again] = await claimEdits(store, WARNED, 10);
    assert.deepEqual(
      again?.notices.map(({ sent_text }) => sent_text),
      ['', ''],
    );
  });

  it('whoever takes a client from a list gets their card, once', async () => {
    const { first } = await standing();
    for (let press = 0; press < 3; press++) await wantCard(store, first, WARNED);
    const cards = await claim();
    assert.deepEqual(
      cards.map(({ wait_id, recipient, data }) => [wait_id, recipient, data]),
      [[first.wait_id, 'anna', { card: true }]],
    );
  });

  it('lets outcomes be written and edits be wanted at once, in whatever order they name the notices', async () => {
    const waits: WaitRow[] = [];
    for (let i = 0; i < 30; i++) waits.push(await warned());
    const claimed = await claim();
    const rounds = Array.from({ length: 20 }, (_, round) => {
      const inTurn = round % 2 === 0 ? claimed : claimed.toReversed();
      return [
        markDelivered(
          store,
          inTurn.map(({ id }) => sent(id)),
        ),
        store.db.transaction().execute((tx) =>
          wantEdits(
            tx,
            (round % 3 === 0 ? waits : waits.toReversed()).map(({ id }) => id),
            WARNED,
          ),
        ),
      ];
    });
    await Promise.all(rounds.flat());
    assert.equal((await claimEdits(store, WARNED, 100)).length, 30);
  });
});
