import assert from 'node:assert/strict';
import type { Event } from '@otklik/domain';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { at, story } from '../domain/testing/story.ts';
import { confirmJoin, recentJoins, undoJoin } from './joins.ts';
import { waitsById } from './reads.ts';
import { recordEvents } from './record.ts';
import { settleHandles } from './settleHandles.ts';
import { asBeforeAttests } from './testing/asBeforeAttests.ts';
import { company } from './testing/company.ts';
import { type TestStore, testStore } from './testing/testStore.ts';

const NOON = at('12:00:00');

describe('the upgrade of a database in which typed numbers have joined', () => {
  let opened: TestStore;
  beforeAll(async () => {
    opened = await testStore({ durable: false });
  });
  afterAll(() => opened[Symbol.asyncDispose]());

  const record = (events: readonly Event[]) => recordEvents(opened.store, events, company(), NOON);
  /** Each thread's event tells the number, as in the version that took all for attested. */
  const withNumbers = (table: string, numbers: Readonly<Record<string, string>>): Event[] =>
    story(table).map((event) => ({
      ...event,
      author: { ...event.author, name: `Имя ${event.thread}`, phone: numbers[event.thread] ?? null },
    }));
  const waits = async () => {
    const { rows } = await sql<{ id: string }>`select id from waits where voided_at is null`.execute(
      opened.store.db,
    );
    const found = await waitsById(
      opened.store,
      rows.map(({ id }) => id),
    );
    return found.sort((a, b) => a.opened_at - b.opened_at);
  };
  const review = () => recentJoins(opened.store, null, 100, 'to review');

  it('keeps what is joined for a person to review, shows typed numbers as such, and joins by them no more', async () => {
    const [one, two, chat] = ['+79990000001', '+79990000002', '+79990000003'];
    await record(
      withNumbers(
        `10:00:00 line/${one}  client call    c1/ended in missed
         10:01:00 site/form-1  client message m1
         10:02:00 site/form-2  client message m2
         10:03:00 site/form-3  client message m3
         10:04:00 bot/chat-4   client message m4
         10:05:00 site/form-5  client message m5`,
        { [one]: one, 'form-1': one, 'form-2': two, 'form-3': two, 'chat-4': chat, 'form-5': '+79990000005' },
      ),
    );
    assert.equal((await waits()).length, 4);
    await asBeforeAttests(opened.store);
    // Two processes that start at once do it once.
    const settle = () => settleHandles(opened.store, ['line', 'bot'], NOON);
    assert.equal(Math.max(...(await Promise.all([settle(), settle()]))), 2);
    assert.equal(await settle(), 0);

    assert.deepEqual(
      (await waits()).map(({ thread, client_phone, typed_phone }) => [thread, client_phone, typed_phone]),
      [
        [one, one, null],
        ['form-2', null, two],
        ['chat-4', chat, null],
        ['form-5', null, '+79990000005'],
      ],
    );
    const joins = await review();
    assert.deepEqual(joins.map(({ reason, value }) => [reason, value]).sort(), [
      ['phone', one],
      ['phone', two],
    ]);

    // The joins survive later events, and nobody new is joined.
    await record(withNumbers('10:10:00 site/form-1 client message m6', { 'form-1': '+79990000009' }));
    await record(
      story('10:11:00 site/form-6 client message m7').map((event) => ({
        ...event,
        author: { ...event.author, typed: { phone: two, email: null } },
      })),
    );
    assert.equal((await waits()).length, 5);

    const [right, wrong] = [
      joins.find(({ value }) => value === one),
      joins.find(({ value }) => value === two),
    ];
    assert.ok(right && wrong);
    assert.equal((await confirmJoin(opened.store, right.id, 'vera', NOON)).outcome, 'done');
    assert.equal((await undoJoin(opened.store, company(), wrong.id, 'vera', NOON)).outcome, 'done');
    assert.deepEqual(await review(), []);
    assert.equal((await confirmJoin(opened.store, wrong.id, 'vera', NOON)).outcome, 'refused');
    assert.deepEqual(
      (await waits()).map(({ thread }) => thread),
      [one, 'form-2', 'form-3', 'chat-4', 'form-5', 'form-6'],
    );
  });
});
