import assert from 'node:assert/strict';
import { DAY, type Event } from '@otklik/domain';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, it } from 'vitest';
import { at } from '../domain/testing/story.ts';
import { claimEdits } from './chatMessages.ts';
import { fireDue } from './clock.ts';
import { claimDue, markDelivered } from './notices.ts';
import { waitsById } from './reads.ts';
import { recordEvents } from './record.ts';
import { forgetOld } from './retention.ts';
import type { Store } from './store.ts';
import { company } from './testing/company.ts';
import { type TestStore, testStore } from './testing/testStore.ts';
import { message } from './testing/waits.ts';

const OPENED = at('10:00:00');
const RULES = company({ transports: ['telegram'] });
const SOFA = { title: 'Диван угловой, 25 000 ₽', link: 'https://www.avito.ru/items/1' };
const TABLE = { title: 'Стол', link: null };

describe('what a thread is about', () => {
  let opened: TestStore;
  let store: Store;
  beforeEach(async () => {
    opened = await testStore();
    ({ store } = opened);
  });
  afterEach(() => opened[Symbol.asyncDispose]());

  const record = (...events: readonly Event[]) => recordEvents(store, events, RULES, OPENED);
  const waits = async () =>
    waitsById(
      store,
      (await sql<{ id: string }>`select id from waits order by opened_at`.execute(store.db)).rows.map(
        ({ id }) => id,
      ),
    );
  const subjects = async () =>
    (await waits()).toSorted((a, b) => a.opened_at - b.opened_at).map(({ subject }) => subject);
  const said = (subject: object, more: Partial<Event> = {}) => ({ subject, ...more }) as Partial<Event>;

  it('is shown with the wait, and nothing where nobody said it', async () => {
    await record(message('client', OPENED, said(SOFA)), message('client', OPENED + 1));
    assert.deepEqual(await subjects(), [SOFA, null]);
  });

  it('is kept also when the event that says it is a second delivery', async () => {
    const first = message('client', OPENED);
    await record(first);
    assert.deepEqual(await subjects(), [null]);
    const { fresh, changes } = await record({ ...first, subject: SOFA } as Event);
    assert.deepEqual([fresh, changes], [[], []]);
    assert.deepEqual(await subjects(), [SOFA]);
  });

  it('is what the newest event says, in whatever order they come', async () => {
    const thread = 'chat';
    await record(message('client', OPENED + 2_000, said(TABLE, { thread })));
    await record(message('client', OPENED, said(SOFA, { thread })));
    await record(message('client', OPENED + 1_000, { thread }));
    assert.deepEqual(await subjects(), [TABLE]);
    await record(message('employee', OPENED + 3_000, said(SOFA, { thread })));
    assert.deepEqual(await subjects(), [SOFA]);
  });

  it('of a call that was passed on to a line is shown with the line’s wait', async () => {
    const phase = (channel: string, id: string, more: object): Event =>
      ({
        ...message('client', OPENED + 20_000, { channel, thread: '+79160000001' }),
        kind: 'call',
        id,
        text: null,
        call: { id, direction: 'in', phase: 'ended', outcome: 'missed', talkSeconds: 0, ...more },
      }) as Event;
    await record(phase('line', 'c1', {}));
    await record({ ...phase('site', 'a1', { passedOn: true }), subject: SOFA } as Event);
    const [wait, ...others] = (await waits()).filter(({ voided_at }) => voided_at === null);
    assert.deepEqual(others, []);
    assert.deepEqual([wait?.channel, wait?.also_on, wait?.subject], ['line', ['site'], SOFA]);
  });

  it('changes the ping that was sent without it', async () => {
    const first = message('client', OPENED);
    await record(first);
    await fireDue(store, RULES, { now: at('10:03:00'), upSince: OPENED, unread: [], limit: 10 });
    const how = { limit: 10, together: 'held' } as const;
    const { notices } = await claimDue(store, 'telegram', at('10:03:00'), how);
    const sent = { state: 'sent', at: at('10:03:00'), chatId: 1, messageId: 7, text: 'x' } as const;
    await markDelivered(
      store,
      notices.map(({ id }) => ({ id, ...sent })),
    );
    const edits = async () => {
      const { rows } = await sql<{
        n: number;
      }>`select count(*) as n from notices where edit_at <= ${new Date(at('10:03:00'))}`.execute(store.db);
      return rows[0]?.n;
    };
    await record(first);
    assert.equal(await edits(), 0);
    await record({ ...first, subject: SOFA } as Event);
    assert.equal(await edits(), 1);
    const [edit] = await claimEdits(store, at('10:03:00'), 10);
    assert.deepEqual(edit?.notices[0]?.wait?.subject, SOFA);
    await record({ ...first, subject: SOFA } as Event);
    assert.equal(await edits(), 0, 'what says the same changes nothing');
  });

  it('comes with the client’s name, which fills in only where none is known', async () => {
    const first = message('client', OPENED);
    const again = (name: string) => ({ ...first, author: { ...first.author, name } }) as Event;
    const name = async () => (await waits())[0]?.client_name;
    await record(first);
    assert.equal(await name(), null);
    await record(again('Иван'));
    assert.equal(await name(), 'Иван');
    await record(again('Пётр'));
    assert.equal(await name(), 'Иван');
  });

  it('is forgotten with the words', async () => {
    const first = message('client', OPENED, said(SOFA));
    await record(first, message('employee', OPENED + 1_000, { thread: first.thread }));
    const privacy = { text: 'full', keepText: 2 * DAY, keepEvents: 10 * DAY } as const;
    await forgetOld(store, privacy, OPENED + DAY);
    assert.deepEqual(await subjects(), [SOFA]);
    await forgetOld(store, privacy, OPENED + 3 * DAY);
    assert.deepEqual(await subjects(), [null]);
  });
});
