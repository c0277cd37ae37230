import assert from 'node:assert/strict';
import {
  type Event,
  eventKey,
  foldPolicyOf,
  foldWaits,
  type Handle,
  handlesOf,
  joinedClients,
  MINUTE,
} from '@otklik/domain';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { distinctHistory, shuffled } from '../domain/testing/histories.ts';
import { at, story } from '../domain/testing/story.ts';
import { fireDue } from './clock.ts';
import {
  type ClientCard,
  dismissSuggestion,
  joinClients,
  recentJoins,
  suggestJoins,
  undoJoin,
} from './joins.ts';
import { timelineOf, waitsById } from './reads.ts';
import { recordEvents } from './record.ts';
import { company } from './testing/company.ts';
import { type TestStore, testStore } from './testing/testStore.ts';
import type { NamedWait } from './waitRows.ts';

const NOON = at('12:00:00');

describe('one client, one wait', () => {
  let opened: TestStore;
  beforeAll(async () => {
    opened = await testStore();
  });
  afterAll(() => opened[Symbol.asyncDispose]());

  let stories = 0;
  /** A story in threads of its own, with what its clients say of themselves. */
  const tale = (table: string, authors: Readonly<Record<string, Partial<Event['author']>>> = {}): Event[] => {
    stories += 1;
    return story(table).map((event) => renamed(event, stories, authors));
  };
  const record = (events: readonly Event[], rules = company(), now = NOON) =>
    recordEvents(opened.store, events, rules, now);
  const told = async (events: readonly Event[]): Promise<NamedWait[]> => {
    const threads = [...new Set(events.map(({ thread }) => thread))];
    const { rows } = await sql<{ id: string }>`
      select id from waits where thread = any(${threads}::text[]) and voided_at is null`.execute(
      opened.store.db,
    );
    const waits = await waitsById(
      opened.store,
      rows.map(({ id }) => id),
    );
    return waits.sort((a, b) => a.opened_at - b.opened_at);
  };
  const clientOf = async ({ channel, thread }: Event): Promise<string> => {
    const { rows } = await sql<{ client_id: string }>`
      select client_id from threads where channel = ${channel} and thread = ${thread}`.execute(
      opened.store.db,
    );
    return rows[0]?.client_id ?? '';
  };
  const phone = () => `+7999${String(stories).padStart(7, '0')}`;
  const oneOf = async (events: readonly Event[]): Promise<[Event, Event]> => {
    const [first, second] = events;
    assert.ok(first && second);
    return [first, second];
  };

  it('a missed call and a message of the same number are one wait, one chain, closed by an answer on either', async () => {
    const number = { phone: '+79990000001' };
    const events = tale(
      `12:00:00 line/+7   client   call    c1/ended in missed
       12:02:00 bot/42    client   message m1
       12:04:00 bot/42    employee message m2`,
      { '+7': number, 42: number },
    );
    await record(events.slice(0, 1));
    const [call] = await told(events);
    await record(events.slice(1, 2));
    const waiting = await told(events);
    assert.deepEqual(
      waiting.map(({ id, channel, opened_at, also_on }) => [id, channel, opened_at, also_on]),
      [[call?.id, 'line', at('12:00:00'), ['bot']]],
    );
    await record(events.slice(2));
    assert.deepEqual(
      (await told(events)).map(({ id, outcome, answered_via }) => [id, outcome, answered_via]),
      [[call?.id, 'answered', 'bot']],
    );
    const [join] = await recentJoins(opened.store, null, 10);
    assert.deepEqual(
      [join?.reason, join?.value, join?.by, join?.undone_at],
      ['phone', number.phone, null, null],
    );
  });

  it('calling back a client who wrote elsewhere is the answer', async () => {
    const number = phone().replace('+7999', '+7998');
    const wrote = tale('12:00:00 bot/42 client message m1', { 42: { phone: number } });
    await record(wrote);
    const [call] = story(`12:03:00 line/${number} employee call c${stories}/ended out answered talk=60`);
    assert.ok(call);
    await record([call]);
    assert.deepEqual(
      (await told(wrote)).map(({ outcome, answered_via }) => [outcome, answered_via]),
      [['answered', 'line']],
    );
  });

  it('a number that a chat tells later joins what was already waiting, and keeps what it was', async () => {
    const events = tale(
      `12:00:00 line/+7   client   call    c1/ended in missed
       12:01:00 bot/42    client   message m1
       12:02:00 bot/42    client   message m2`,
    );
    const number = phone();
    const [call, hello, contact] = events;
    assert.ok(call && hello && contact);
    await record([withAuthor(call, { phone: number }), hello]);
    const [first, second] = await told(events);
    assert.ok(first && second);
    await record([withAuthor(contact, { phone: number })]);
    assert.deepEqual(
      (await told(events)).map(({ id, also_on }) => [id, also_on]),
      [[first.id, ['bot']]],
    );
    const { corrections } = await timelineOf(opened.store, second);
    assert.deepEqual(
      corrections.map(({ field, reason }) => [field, reason]),
      [['voided_at', 'one_client']],
    );
  });

  it('a wait that a late word of the client cuts off from another says that late knowledge made it', async () => {
    const events = tale(
      `11:50:00 bot/41    client   message m1
       11:51:00 site/42   employee message r1
       11:52:00 site/42   client   message m2
       11:53:00 bot/41    client   message m3`,
    );
    const [first, answer, late, again] = events;
    assert.ok(first && answer && late && again);
    const rules = company();
    const number = phone();
    await record([withAuthor(first, { phone: number }), answer, again], rules, at('11:53:00'));
    const tick = (time: string) =>
      fireDue(opened.store, rules, { now: at(time), upSince: 0, unread: [], limit: 500 });
    await record(
      [{ ...withAuthor(late, { phone: number }), receivedAt: at('11:58:00') }],
      rules,
      at('11:58:00'),
    );
    await tick('11:58:00');
    const cut = (await told(events)).find(({ opened_at }) => opened_at === at('11:52:00'));
    assert.ok(cut);
    const fired = (await timelineOf(opened.store, cut)).steps.filter(({ skipped }) => !skipped);
    assert.deepEqual(
      fired.map(({ late_reason }) => late_reason),
      ['corrected'],
    );
  });

  it('an undo gives each their own wait back; a step that it makes late says why, and none fires twice', async () => {
    const events = tale(
      `12:00:00 bot/41    client   message m1
       12:01:00 site/42   client   message m2
       12:02:00 site/42   client   message m3`,
    );
    const [a, b, c] = events;
    assert.ok(a && b && c);
    const number = phone();
    const rules = company();
    await record([withAuthor(a, { phone: number }), b], rules, at('12:01:00'));
    await record([withAuthor(c, { phone: number })], rules, at('12:02:00'));
    const [join] = await recentJoins(opened.store, null, 1);
    assert.equal((await told(events)).length, 1);
    const tick = (time: string) =>
      fireDue(opened.store, rules, { now: at(time), upSince: 0, unread: [], limit: 500 });
    await tick('12:03:00');
    assert.ok(join);
    assert.equal((await undoJoin(opened.store, rules, join.id, 'vera', at('12:05:30'))).outcome, 'done');
    await tick('12:05:30');
    const waits = await told(events);
    assert.deepEqual(
      waits.map(({ channel, opened_at, closed_at }) => [channel, opened_at, closed_at]),
      [
        ['bot', at('12:00:00'), null],
        ['site', at('12:01:00'), null],
      ],
    );
    const [first, second] = waits;
    assert.ok(first && second);
    const stepsOf = async (wait: NamedWait) =>
      (await timelineOf(opened.store, wait)).steps.map(({ step, late_reason }) => [step, late_reason]);
    assert.deepEqual((await stepsOf(first))[0], [1, null]);
    assert.deepEqual(await stepsOf(second), [[1, 'corrected']]);
    assert.deepEqual(await undoJoin(opened.store, rules, join.id, 'vera', at('12:06:00')), {
      outcome: 'refused',
      reason: 'already_undone',
    });
    // What a person parted is neither joined nor suggested again.
    await record([{ ...withAuthor(c, { phone: number }), id: `${c.id}-again` }], rules, at('12:07:00'));
    assert.equal((await told(events)).length, 2);
  });

  it('a thread in which two numbers write belongs to neither; a person may say otherwise, and take it back', async () => {
    const events = tale(
      `12:00:00 line/+1   client   call    c1/ended in missed
       12:01:00 bot/42    client   message m1
       12:02:00 bot/42    client   message m2`,
    );
    const [call, one, other] = events;
    assert.ok(call && one && other);
    const number = phone();
    await record([withAuthor(call, { phone: number }), withAuthor(one, { phone: number })]);
    assert.equal((await told(events)).length, 1);
    await record([withAuthor(other, { phone: '+79111111111' })]);
    assert.equal((await told(events)).length, 2);
    const [a, b] = [await clientOf(call), await clientOf(one)];
    const ofThese = ({ a: x, b: y }: { a: ClientCard; b: ClientCard }) =>
      [a, b].includes(x.id) && [a, b].includes(y.id);
    const mine = async () => (await suggestJoins(opened.store, null, NOON, 100)).filter(ofThese);
    assert.deepEqual(
      (await mine()).map(({ reason, value }) => [reason, value]),
      [['shared_handle', number]],
    );
    const joined = await joinClients(opened.store, company(), { a, b }, 'vera', NOON);
    assert.ok(joined.outcome === 'done');
    assert.equal((await told(events)).length, 1);
    assert.deepEqual(await mine(), []);
    assert.deepEqual(
      (
        await joinClients(
          opened.store,
          company(),
          { a: await clientOf(call), b: await clientOf(one) },
          'vera',
          NOON,
        )
      ).outcome,
      'refused',
    );
    await undoJoin(opened.store, company(), joined.id, 'vera', NOON);
    assert.equal((await told(events)).length, 2);
  });

  it('the same full name on two channels is suggested, a first name alone or the same channel is not', async () => {
    const events = tale(
      `11:00:00 bot/1     client   message m1
       11:01:00 site/2    client   message m2
       11:02:00 site/3    client   message m3
       11:03:00 line/4    client   message m4`,
      { 1: { name: 'Пётр Ильич' }, 2: { name: 'ильич Петр' }, 3: { name: 'Иван' }, 4: { name: 'Иван' } },
    );
    await record(events);
    const [a, b] = await oneOf(events);
    const pair = [await clientOf(a), await clientOf(b)].sort();
    const named = async () =>
      (await suggestJoins(opened.store, null, NOON, 100)).filter(({ reason }) => reason === 'same_name');
    assert.deepEqual(
      (await named()).map(({ a, b }) => [a.id, b.id].sort()),
      [pair],
    );
    assert.deepEqual(await suggestJoins(opened.store, ['line'], NOON, 100), []);
    assert.deepEqual(await suggestJoins(opened.store, null, NOON + 40 * 24 * 60 * MINUTE, 100), []);
    const [first, second] = pair;
    assert.ok(first && second);
    await dismissSuggestion(opened.store, { a: second, b: first }, 'vera', NOON);
    assert.deepEqual(await named(), []);
  });

  it('a first name from one channel does not hide the full name from another', async () => {
    const number = { phone: phone() };
    const events = tale(
      `11:00:00 line/+3   client   message m1
       11:01:00 bot/44    client   message m2`,
      { '+3': { ...number, name: 'Иван Петров' }, 44: { ...number, name: 'Ваня' } },
    );
    for (const event of events) await record([event]);
    assert.deepEqual(
      (await told(events)).map(({ client_name }) => client_name),
      ['Иван Петров'],
    );
  });

  it('a typed number takes over nobody’s wait, number or name, and is suggested; a person may join', async () => {
    const number = phone().replace('+7999', '+7997');
    const events = tale(
      `12:00:00 line/+7   client   call    c1/ended in missed
       12:01:00 site/42   client   message m1
       12:02:00 site/42   client   message m2`,
      { '+7': { phone: number, name: 'Вера Жданова' } },
    );
    const [call, stranger, again] = events.map((event) =>
      event.channel === 'site'
        ? withAuthor(event, { name: 'Чужой Человек', typed: { phone: number, email: null } })
        : event,
    );
    assert.ok(call && stranger && again);
    await record([call, stranger]);
    const seen = (await told(events)).map((wait) => [
      wait.channel,
      wait.client_name,
      wait.client_phone,
      wait.typed_phone,
    ]);
    assert.deepEqual(seen, [
      ['line', 'Вера Жданова', number, null],
      ['site', 'Чужой Человек', null, number],
    ]);
    const [a, b] = [await clientOf(call), await clientOf(stranger)];
    const mine = async () =>
      (await suggestJoins(opened.store, null, NOON, 100)).filter(({ a: x, b: y }) =>
        [x.id, y.id].every((id) => [a, b].includes(id)),
      );
    assert.deepEqual(
      (await mine()).map(({ reason, value }) => [reason, value]),
      [['typed_handle', number]],
    );
    // A number that several clients typed parts nobody either.
    await record([withAuthor(again, { typed: { phone: '+79110000000', email: null } })]);
    assert.equal((await told(events)).length, 2);
    const joined = await joinClients(opened.store, company(), { a, b }, 'vera', NOON);
    assert.ok(joined.outcome === 'done');
    assert.equal((await told(events)).length, 1);
    await undoJoin(opened.store, company(), joined.id, 'vera', NOON);
    assert.deepEqual(await mine(), []);
  });

  it('a typed number joins once the channel vouches for it', async () => {
    const number = phone().replace('+7999', '+7996');
    const events = tale(
      `12:00:00 line/+7   client   call    c1/ended in missed
       12:01:00 bot/42    client   message m1
       12:02:00 bot/42    client   message m2`,
      { '+7': { phone: number } },
    );
    const [call, typed, proven] = events;
    assert.ok(call && typed && proven);
    await record([call, withAuthor(typed, { typed: { phone: number, email: null } })]);
    assert.equal((await told(events)).length, 2);
    await record([withAuthor(proven, { phone: number })]);
    const [wait, ...more] = await told(events);
    assert.deepEqual([wait?.client_phone, more], [number, []]);
  });

  it('waits are those of one fold over each person, whoever told a number when, and in whatever order (law 2)', async () => {
    const handles = fc.array(
      fc.record({
        client: fc.constantFrom('1', '2', '+7'),
        handle: fc.constantFrom<Handle>(
          { kind: 'phone', value: '+70' },
          { kind: 'phone', value: '+71' },
          { kind: 'email', value: 'x' },
        ),
        nth: fc.nat(3),
        isTyped: fc.boolean(),
      }),
      { maxLength: 8 },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(distinctHistory.chain(shuffled), handles), { minLength: 20, maxLength: 20 }),
        fc.integer({ min: 1, max: 6 }),
        fc.boolean(),
        async (people, parts, atOnce) => {
          const theirs = people.map(([history, said]) => {
            stories += 1;
            return besideTargets(attesting(history, said)).map((event) => renamed(event, stories, {}));
          });
          const rules = company({ apart: stories % 2 === 0 ? ['site'] : [] });
          const size = Math.ceil(Math.max(...theirs.map(({ length }) => length)) / parts);
          const work = Array.from({ length: parts }, (_, part) =>
            theirs.flatMap((history) => history.slice(part * size, (part + 1) * size)),
          ).map((batch) => () => record(batch, rules));
          if (atOnce) await Promise.all(work.map((each) => each()));
          else for (const each of work) await each();
          for (const history of theirs) {
            const groups = groupsOf(history);
            assert.deepEqual(
              (await told(history)).map(asTold).sort(),
              groups
                .flatMap((group) => foldWaits(group, foldPolicyOf(rules)))
                .map(asFolded)
                .sort(),
              JSON.stringify(history),
            );
          }
        },
      ),
      { numRuns: 12, endOnFailure: true },
    );
  });
});

const asTold = (wait: NamedWait) =>
  JSON.stringify([wait.channel, wait.thread, wait.opening, wait.opened_at, wait.closed_at, wait.outcome]);
const asFolded = (wait: ReturnType<typeof foldWaits>[number]) =>
  JSON.stringify([
    wait.channel,
    wait.thread,
    wait.opening,
    wait.openedAt,
    wait.end?.at ?? null,
    wait.end?.outcome ?? null,
  ]);

const withAuthor = <E extends Event>(event: E, author: Partial<Event['author']>): E => ({
  ...event,
  author: { ...event.author, ...author },
});

function renamed<E extends Event>(
  event: E,
  client: number,
  authors: Readonly<Record<string, Partial<Event['author']>>>,
): E {
  const said = event.side === 'client' ? (authors[event.thread] ?? {}) : {};
  const ownOf = (told: object) =>
    Object.fromEntries(
      Object.entries(told).map(([key, value]) => [
        key,
        value === '+70' || value === '+71' || value === 'x' ? `${value}-${client}` : value,
      ]),
    );
  const typed = event.author.typed && { typed: { phone: null, email: null, ...ownOf(event.author.typed) } };
  const own = { ...ownOf(event.author), ...typed };
  const mine = {
    ...event,
    id: `${event.id}#${client}`,
    thread: `${event.thread}#${client}`,
    author: { ...event.author, ...own, ...said },
  };
  if (event.kind === 'deletion') return { ...mine, of: `${event.of}#${client}` };
  if (event.kind === 'call') return { ...mine, call: { ...event.call, id: `${event.call.id}#${client}` } };
  return mine;
}

/** Lets the nth client event of a thread tell a handle, attested or typed. */
function attesting(
  history: readonly Event[],
  said: readonly { client: string; handle: Handle; nth: number; isTyped: boolean }[],
): Event[] {
  const seen = new Map<string, number>();
  return history.map((event) => {
    if (event.side !== 'client') return event;
    const nth = seen.get(event.thread) ?? 0;
    seen.set(event.thread, nth + 1);
    const mine = said.filter((one) => one.client === event.thread && one.nth === nth);
    const told = (isTyped: boolean) =>
      Object.fromEntries(
        mine.filter((one) => one.isTyped === isTyped).map(({ handle }) => [handle.kind, handle.value]),
      );
    return withAuthor(event, { ...told(false), typed: { phone: null, email: null, ...told(true) } });
  });
}

/**
 * Puts our deletions into their target's thread, as the store does (see `record.test.ts`); the fold knows no threads.
 */
function besideTargets(history: readonly Event[]): Event[] {
  const threads = new Map(history.map(({ channel, id, thread }) => [`${channel} ${id}`, thread]));
  return history.map((event) =>
    event.kind === 'deletion' && event.side === 'employee'
      ? { ...event, thread: threads.get(`${event.channel} ${event.of}`) ?? event.thread }
      : event,
  );
}

/** The events of each person, without duplicates, grouped by the domain. */
function groupsOf(history: readonly Event[]): Event[][] {
  const own = (event: Event) => `${event.channel} ${event.thread}`;
  const attested = history.flatMap((event) =>
    handlesOf(event).map((handle) => ({ client: own(event), ...handle })),
  );
  const clients = [...new Set(history.map(own))];
  const events = [...new Map(history.map((event) => [eventKey(event.channel, event.id), event])).values()];
  return joinedClients(clients, attested, []).map((group) =>
    events.filter((event) => group.includes(own(event))),
  );
}
