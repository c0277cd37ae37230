import assert from 'node:assert/strict';
import {
  type ClockRules,
  type EpochMs,
  type PeopleById,
  type PersonalTransport,
  type RecordRules,
  SECOND,
} from '@otklik/domain';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { at } from '../domain/testing/story.ts';
import { fireDue } from './clock.ts';
import { handOver } from './commands.ts';
import { type ClaimedNotice, claimDue, markDelivered } from './notices.ts';
import { followPeople } from './people.ts';
import {
  askForUnheard,
  closeTransport,
  countUnheard,
  endDeadEnd,
  goOn,
  noteDeadEnd,
  openTransport,
} from './reach.ts';
import { timelineOf } from './reads.ts';
import { company } from './testing/company.ts';
import { type TestStore, testStore } from './testing/testStore.ts';
import { answer, openWait } from './testing/waits.ts';
import { waitsNow } from './waitRows.ts';

const OPENED = at('10:00:00');
const WARNED = at('10:03:00');

/**
 * Everybody has Telegram, Anna a mailbox too; Vera is in her quiet hours, and Galina heads other channels. `dead`:
 * `anna telegram`.
 */
const rulesOf = (dead: readonly string[] = [], closed: readonly string[] = []): RecordRules & ClockRules => {
  const waysOf = ({ id }: { id: string }): PersonalTransport[] =>
    id === 'anna' ? ['telegram', 'email'] : ['telegram'];
  const base = company();
  const people: PeopleById = new Map(
    ['anna', 'boris', 'vlad', 'vera', 'galina'].map((id) => {
      const person = base.people.get(id === 'galina' ? 'vera' : id);
      assert.ok(person);
      const quiet = id === 'vera' ? { from: '09:00', to: '12:00' } : null;
      const deadEnds = dead.flatMap((each) => {
        const [who, transport] = each.split(' ') as [string, PersonalTransport];
        return who === id ? [{ transport, since: OPENED, problem: 'blocked' }] : [];
      });
      return [id, { ...person, id, name: id, quiet, deadEnds }];
    }),
  );
  return {
    ...base,
    people,
    transportsOf: (person) => [...waysOf(person).slice(0, 1), 'webhook'],
    reach: {
      hasWays: true,
      waysOf,
      works: ({ id }, way) => !dead.includes(`${id} ${way}`) && !closed.includes(way),
    },
  };
};

describe('who is asked when a notice does not get through', () => {
  let opened: TestStore;
  const all = rulesOf();
  beforeAll(async () => {
    opened = await testStore({ durable: false });
  });
  afterAll(() => opened[Symbol.asyncDispose]());

  const fire = (rules: ClockRules, now: EpochMs) =>
    fireDue(opened.store, rules, { now, upSince: OPENED, unread: [], limit: 100 });
  const told = async (waitId: string): Promise<string[]> =>
    (
      await sql<{ said: string }>`
        select concat_ws(' ', recipient, transport, state, case when held then 'held' end, 'for ' || instead_of) as said
        from notices where wait_id = ${waitId} and transport <> 'webhook' order by created_at, recipient, transport`.execute(
        opened.store.db,
      )
    ).rows.map(({ said }) => said);
  const noticeTo = async (waitId: string, recipient: string, transport = 'telegram') => {
    const { rows } = await sql<ClaimedNotice>`
      select * from notices where wait_id = ${waitId} and recipient = ${recipient} and transport = ${transport}
      order by created_at desc limit 1`.execute(opened.store.db);
    assert.ok(rows[0], `a notice to ${recipient} by ${transport}`);
    return rows[0];
  };
  const refuse = async (waitId: string, who: string, rules: ClockRules, transport = 'telegram') => {
    const notice = await noticeTo(waitId, who, transport);
    await goOn(opened.store, rules, notice, 'refused', WARNED);
    await markDelivered(opened.store, [{ id: notice.id, state: 'failed', problem: 'blocked' }]);
  };
  /** A wait whose first step has fired. */
  const warned = async (rules = all) => {
    const wait = await openWait(opened.store, OPENED, rules);
    await fire(rules, WARNED);
    return wait.id;
  };
  const passedOver = async (waitId: string) => {
    const wait = (await waitsNow(opened.store.db, [waitId])).get(waitId);
    assert.ok(wait);
    return (await timelineOf(opened.store, wait)).passedOver.map(
      ({ person, why, instead }) => `${person}: ${why} → ${instead.join(', ')}`,
    );
  };

  it('a refused notice goes by the person’s next transport, then to the next person, each once', async () => {
    const wait = await warned();
    await refuse(wait, 'anna', rulesOf(['anna telegram']));
    assert.deepEqual(await told(wait), ['anna telegram failed', 'anna email pending']);
    assert.deepEqual(await passedOver(wait), []);
    const none = rulesOf(['anna telegram', 'anna email']);
    await refuse(wait, 'anna', none, 'email');
    await goOn(opened.store, none, await noticeTo(wait, 'anna', 'email'), 'refused', WARNED);
    await goOn(opened.store, none, await noticeTo(wait, 'anna', 'telegram'), 'refused', WARNED);
    assert.deepEqual(await told(wait), [
      'anna telegram failed',
      'anna email failed',
      'boris telegram pending for anna',
    ]);
    assert.deepEqual(await passedOver(wait), ['anna: refused → boris']);
  });

  it('several who are refused at the same moment lead to nobody twice, and in the end to every head', async () => {
    const wait = await warned();
    const deaf = ['anna telegram', 'anna email', 'boris telegram', 'vlad telegram', 'vera telegram'];
    await refuse(wait, 'anna', rulesOf(deaf.slice(0, 2)), 'telegram');
    await refuse(wait, 'anna', rulesOf(deaf.slice(0, 2)), 'email');
    const [boris] = [await noticeTo(wait, 'boris')];
    await Promise.all(
      [1, 2, 3].map(() => goOn(opened.store, rulesOf(deaf.slice(0, 3)), boris, 'refused', WARNED)),
    );
    await refuse(wait, 'vlad', rulesOf(deaf.slice(0, 4)));
    await refuse(wait, 'vera', rulesOf(deaf));
    assert.deepEqual(
      (await told(wait)).filter((line) => !line.startsWith('anna')),
      [
        'boris telegram pending for anna',
        'vlad telegram failed for boris',
        'vera telegram failed for vlad',
        'galina telegram pending for vera',
      ],
    );
  });

  it('whoever is known to be out of reach is passed over as the step fires, whatever the stand-in’s quiet hours', async () => {
    const deaf = rulesOf(['anna telegram', 'anna email', 'boris telegram', 'vlad telegram']);
    const wait = await warned(deaf);
    // Vera's quiet hours would hold back a notice to the head.
    assert.deepEqual(await told(wait), ['anna telegram pending', 'vera telegram pending for anna']);
    assert.deepEqual(await passedOver(wait), ['anna: dead_end → vera']);
  });

  it('a deputy who is asked besides, and stands in for somebody, is told now whatever their quiet hours', async () => {
    const deaf = rulesOf(['anna telegram', 'anna email']);
    const [boris, vlad] = [deaf.people.get('boris'), deaf.people.get('vlad')];
    assert.ok(boris && vlad);
    const quiet = { from: '09:00', to: '12:00' };
    const people = new Map(deaf.people).set('boris', { ...boris, quiet }).set('vlad', { ...vlad, quiet });
    const wait = await openWait(opened.store, OPENED, deaf);
    await fire({ ...deaf, people }, at('10:05:00'));
    assert.deepEqual(
      (await told(wait.id)).filter((line) => !line.startsWith('anna')),
      ['boris telegram pending', 'vlad telegram pending held'],
    );
  });

  it('what quiet hours hold back from the stand-in goes out now', async () => {
    const wait = await warned();
    await fire(all, at('10:10:00'));
    assert.ok((await told(wait)).includes('vera telegram pending held'));
    const deaf = ['anna', 'boris', 'vlad'].map((id) => `${id} telegram`);
    const { rows } = await sql<ClaimedNotice>`
      update notices set recipient = 'vlad' where id = (
        select id from notices where wait_id = ${wait} and step = 3 and recipient = 'vera' and transport = 'webhook')
      returning *`.execute(opened.store.db);
    assert.ok(rows[0]);
    await goOn(opened.store, rulesOf(deaf), { ...rows[0], transport: 'telegram' }, 'refused', WARNED);
    assert.ok((await told(wait)).includes('vera telegram pending'));
  });

  it('a slow transport is joined by the person’s next one, and by nobody else', async () => {
    const wait = await warned();
    await goOn(opened.store, all, await noticeTo(wait, 'anna'), 'slow', WARNED);
    await goOn(opened.store, all, await noticeTo(wait, 'anna', 'email'), 'slow', WARNED);
    assert.deepEqual(await told(wait), ['anna telegram pending', 'anna email pending']);
    // Boris has only Telegram.
    await fire(all, at('10:05:00'));
    const before = await told(wait);
    await goOn(opened.store, all, await noticeTo(wait, 'boris'), 'slow', WARNED);
    assert.deepEqual(await told(wait), before);
    assert.deepEqual(await passedOver(wait), []);
  });

  it('a transport that refuses us leads to the next person only where that one has another way', async () => {
    const shut = rulesOf([], ['telegram']);
    const wait = await warned();
    await goOn(opened.store, shut, await noticeTo(wait, 'anna'), 'closed', WARNED);
    assert.deepEqual(await told(wait), ['anna telegram pending', 'anna email pending']);
    assert.deepEqual(await passedOver(wait), []);
  });

  it('of a client who is answered meanwhile nobody else is told', async () => {
    const wait = await openWait(opened.store, OPENED, all);
    await fire(all, WARNED);
    const notice = await noticeTo(wait.id, 'anna');
    await answer(opened.store, wait, WARNED, all);
    await goOn(opened.store, rulesOf(['anna telegram', 'anna email']), notice, 'refused', WARNED);
    assert.deepEqual(await told(wait.id), ['anna telegram pending']);
  });

  it('whoever was told by one transport is not told the same by another', async () => {
    const wait = await warned();
    const telegram = await noticeTo(wait, 'anna');
    await goOn(opened.store, all, telegram, 'slow', WARNED);
    const email = await noticeTo(wait, 'anna', 'email');
    await markDelivered(opened.store, [{ id: email.id, state: 'sent', at: WARNED }]);
    const { notices } = await claimDue(opened.store, 'telegram', WARNED + SECOND, {
      limit: 1_000,
      together: 'steps',
    });
    assert.ok(!notices.some(({ id }) => id === telegram.id));
    assert.deepEqual(await told(wait), ['anna telegram cancelled', 'anna email sent']);
  });

  it('of whom nobody could be told is told as soon as somebody can be reached again', async () => {
    const everybody = ['anna', 'boris', 'vlad', 'vera', 'galina'];
    const deaf = [...everybody.map((id) => `${id} telegram`), 'anna email'];
    const wait = await warned(rulesOf(deaf));
    assert.deepEqual(await passedOver(wait), ['anna: dead_end → ']);
    assert.equal(await countUnheard(opened.store), 1);
    assert.equal(await askForUnheard(opened.store, rulesOf(deaf), WARNED), 0);
    const back = rulesOf(deaf.filter((each) => !each.startsWith('galina')));
    assert.equal(await askForUnheard(opened.store, back, WARNED), 1);
    assert.equal(await askForUnheard(opened.store, back, WARNED), 0);
    assert.deepEqual(await told(wait), ['anna telegram pending', 'galina telegram pending for anna']);
    assert.equal(await countUnheard(opened.store), 0);
  });

  it('a wait that is handed to somebody out of reach is told to the next person too', async () => {
    const wait = await openWait(opened.store, OPENED, all);
    const deaf = rulesOf(['vlad telegram']);
    assert.equal(
      (await handOver(opened.store, deaf, wait.id, 'vera', 'vlad', at('10:01:00'))).outcome,
      'done',
    );
    assert.deepEqual(await told(wait.id), ['anna telegram pending for vlad', 'vlad telegram pending']);
  });

  it('a dead end is about an address, and ends when something gets through', async () => {
    const anna = all.people.get('anna');
    assert.ok(anna);
    const people = await followPeople(opened.store, { changed: () => undefined, error: assert.ifError });
    const at1: PeopleById = new Map([['anna', { ...anna, telegram: 1 }]]);
    const at2: PeopleById = new Map([['anna', { ...anna, telegram: 2 }]]);
    const ends = async (configured: PeopleById) => {
      await people.refresh();
      return people
        .of(configured)
        .get('anna')
        ?.deadEnds.map(({ transport }) => transport);
    };
    await noteDeadEnd(opened.store, { ...anna, telegram: 1 }, 'telegram', 'blocked', WARNED);
    assert.deepEqual([await ends(at1), await ends(at2)], [['telegram'], []]);
    await endDeadEnd(opened.store, 'anna', 'telegram');
    assert.deepEqual(await ends(at1), []);
    await closeTransport(opened.store, 'telegram', '401', WARNED);
    await people.refresh();
    assert.deepEqual([...people.closed()], [['telegram', { problem: '401', since: WARNED }]]);
    await openTransport(opened.store, 'telegram', WARNED);
    await people.refresh();
    assert.equal(people.closed().size, 0);
    await people.close();
  });
});
