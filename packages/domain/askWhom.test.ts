import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from 'vitest';
import {
  type Asked,
  isAway,
  onDuty,
  ownerAt,
  personInCharge,
  recipientsOf,
  standInsFor,
  type Why,
} from './askWhom.ts';
import type { ChannelPeople, DutyShift, PeopleById } from './people.ts';
import type { Role } from './policy.ts';
import { CHANNEL, calendar, people } from './testing/company.ts';
import { at } from './testing/story.ts';
import { HOUR } from './time.ts';

const ids = (asked: readonly Asked[]): string[] => asked.map(({ person }) => person);
/** Who answers for a wait that this person owns. */
const charge = (owner: string, channel: ChannelPeople, there: PeopleById, ownerWhy: Why = 'owner'): string =>
  personInCharge({ owner, ownerWhy }, channel, there, NOW).person;
const asks = (roles: Role[], channel: ChannelPeople, there: PeopleById, owner = 'anna'): string[] =>
  ids(recipientsOf(roles, { owner, ownerWhy: 'owner' }, channel, there, NOW));

const NOW = at('10:00:00');
const TODAY = '2026-11-23';
const awayToday = (...ids: string[]) => Object.fromEntries(ids.map((id) => [id, TODAY]));

const inCharge: { who: string; away: string[]; asked: string }[] = [
  { who: 'the owner', away: [], asked: 'anna' },
  { who: 'the first deputy when the owner is away', away: ['anna'], asked: 'boris' },
  { who: 'the second deputy when the first is away too', away: ['anna', 'boris'], asked: 'vlad' },
  { who: 'the head when owner and deputies are away', away: ['anna', 'boris', 'vlad'], asked: 'vera' },
  {
    who: 'the owner all the same when nobody is there',
    away: ['anna', 'boris', 'vlad', 'vera'],
    asked: 'anna',
  },
];
for (const { who, away, asked } of inCharge) {
  test(`in charge is ${who} (law 6)`, () => {
    assert.equal(charge('anna', CHANNEL, people(awayToday(...away))), asked);
  });
}

test('a wait that was handed over has its new owner in charge, and the people of the channel after them', () => {
  assert.equal(charge('vlad', CHANNEL, people()), 'vlad');
  assert.equal(charge('vlad', CHANNEL, people(awayToday('vlad'))), 'anna');
});

test('an owner who no longer works here is passed over, even when all others are away', () => {
  const left = people(awayToday('boris', 'vlad', 'vera'), 'UTC', ['boris', 'vlad', 'vera']);
  assert.equal(charge('anna', CHANNEL, left), 'boris');
});

test('without a head and deputies the owner answers alone', () => {
  const alone = { owner: 'anna', duty: [], deputies: [], head: null, accounts: new Map() };
  assert.equal(charge('anna', alone, people(awayToday('anna'))), 'anna');
});

const absences: { rule: string; away: string; timezone: string; now: string; gone: boolean }[] = [
  {
    rule: 'from the first minute of the first day',
    away: '2026-11-23..2026-11-24',
    timezone: 'UTC',
    now: '2026-11-23T00:00Z',
    gone: true,
  },
  {
    rule: 'to the last minute of the last day',
    away: '2026-11-23..2026-11-24',
    timezone: 'UTC',
    now: '2026-11-24T23:59:59.999Z',
    gone: true,
  },
  {
    rule: 'not the day after',
    away: '2026-11-23..2026-11-24',
    timezone: 'UTC',
    now: '2026-11-25T00:00Z',
    gone: false,
  },
  {
    rule: 'not the day before',
    away: '2026-11-23..2026-11-24',
    timezone: 'UTC',
    now: '2026-11-22T23:59:59.999Z',
    gone: false,
  },
  {
    rule: 'by their own clock: it is tomorrow in Yekaterinburg',
    away: '2026-11-24',
    timezone: 'Asia/Yekaterinburg',
    now: '2026-11-23T19:00Z',
    gone: true,
  },
  {
    rule: 'by their own clock: it is still today in New York',
    away: '2026-11-24',
    timezone: 'America/New_York',
    now: '2026-11-24T04:59Z',
    gone: false,
  },
];
for (const { rule, away, timezone, now, gone } of absences) {
  test(`an absence counts ${rule}`, () => {
    const anna = people({ anna: away }, timezone).get('anna');
    assert.ok(anna);
    assert.equal(isAway(anna, Temporal.Instant.from(now).epochMilliseconds), gone);
  });
}

const reached: { rule: string; roles: Role[]; away: string[]; asked: string[] }[] = [
  { rule: 'the owner', roles: ['owner'], away: [], asked: ['anna'] },
  { rule: 'the deputy in the place of an absent owner', roles: ['owner'], away: ['anna'], asked: ['boris'] },
  {
    rule: 'owner and all deputies',
    roles: ['owner', 'deputies'],
    away: [],
    asked: ['anna', 'boris', 'vlad'],
  },
  { rule: 'each person once', roles: ['owner', 'deputies'], away: ['anna'], asked: ['boris', 'vlad'] },
  { rule: 'only the deputies who are there', roles: ['deputies'], away: ['boris'], asked: ['vlad'] },
  {
    rule: 'the person in charge when no deputy is there',
    roles: ['deputies'],
    away: ['boris', 'vlad'],
    asked: ['anna'],
  },
  { rule: 'the head', roles: ['head'], away: [], asked: ['vera'] },
  {
    rule: 'the person in charge when the head is away',
    roles: ['head'],
    away: ['vera'],
    asked: ['anna'],
  },
  { rule: 'the person in charge when the step names nobody', roles: [], away: ['anna'], asked: ['boris'] },
];
for (const { rule, roles, away, asked } of reached) {
  test(`a step reaches ${rule}`, () => {
    assert.deepEqual(asks(roles, CHANNEL, people(awayToday(...away))), asked);
  });
}

test('a step for the head reaches the person in charge where the channel has no head', () => {
  assert.deepEqual(asks(['head'], { ...CHANNEL, head: null }, people()), ['anna']);
});

test('a deputy who no longer works here is not asked', () => {
  const left = people({}, 'UTC', ['anna', 'vlad', 'vera']);
  assert.deepEqual(asks(['deputies'], CHANNEL, left), ['vlad']);
});

test('a step always reaches somebody, nobody twice, and nobody who is away while another is there (law 6)', () => {
  const all = ['anna', 'boris', 'vlad', 'vera'];
  const circumstances = fc.record({
    owner: fc.constantFrom(...all),
    away: fc.subarray(all),
    deputies: fc.shuffledSubarray(['boris', 'vlad']),
    head: fc.constantFrom('vera', null),
    roles: fc.subarray<Role>(['owner', 'deputies', 'head']),
  });
  fc.assert(
    fc.property(circumstances, ({ owner, away, deputies, head, roles }) => {
      const channel = { ...CHANNEL, deputies, head };
      const asked = asks(roles, channel, people(awayToday(...away)), owner);
      const candidates = [owner, 'anna', ...deputies, ...(head === null ? [] : [head])];
      const somebodyThere = candidates.some((id) => !away.includes(id));
      assert.ok(asked.length > 0);
      assert.equal(new Set(asked).size, asked.length);
      for (const id of asked) {
        assert.ok(candidates.includes(id));
        if (somebodyThere) assert.ok(!away.includes(id));
      }
    }),
    { numRuns: 1_000 },
  );
});

const shift = (who: string[], hours: Readonly<Record<number, string>>, since = '2026-11-23'): DutyShift => ({
  who,
  since,
  hours: calendar(hours),
});
/** Boris has Monday mornings, Vlad and Vera take turns in the afternoons. */
const ROTA: ChannelPeople = {
  ...CHANNEL,
  duty: [shift(['boris'], { 1: '09:00-12:00' }), shift(['vlad', 'vera'], { 1: '12:00-18:00' })],
};
const givenAt = (time: string, channel = ROTA, there = people()) => ownerAt(channel, there, at(time));

test('a wait is given to whoever has the shift as it opens, else to the owner', () => {
  assert.deepEqual(givenAt('10:00:00'), { person: 'boris', why: 'on_duty' });
  assert.deepEqual(givenAt('12:00:00'), { person: 'vlad', why: 'on_duty' });
  assert.deepEqual(givenAt('18:00:00'), { person: 'anna', why: 'owner' });
});

test('those who share a shift take turns, a week each', () => {
  const weeks = [0, 1, 2, 3].map(
    (week) => ownerAt(ROTA, people(), at('13:00:00') + week * 7 * 24 * HOUR).person,
  );
  assert.deepEqual(weeks, ['vlad', 'vera', 'vlad', 'vera']);
});

test('a night that two share is one person’s: the week turns over at the handover', () => {
  const nights = Object.fromEntries([1, 2, 3, 4, 5, 6, 7].map((day) => [day, '00:00-24:00']));
  const rota = { duty: [{ ...shift(['vlad', 'vera'], nights), handover: '09:00' }] };
  // 23 November 2026 is a Monday.
  const times = ['22T23:59', '23T08:59', '23T09:00', '29T23:59', '30T00:00', '30T08:59', '30T09:00'];
  assert.deepEqual(
    times.map((time) => onDuty(rota, Date.parse(`2026-11-${time}:00Z`))),
    [['vera'], ['vera'], ['vlad'], ['vlad'], ['vlad'], ['vlad'], ['vera']],
  );
});

test('a shift from before its first week turns over all the same', () => {
  assert.deepEqual(onDuty(ROTA, at('13:00:00') - 7 * 24 * HOUR), ['vera']);
});

test('whoever has the shift and is away leaves it to the owner', () => {
  assert.deepEqual(givenAt('10:00:00', ROTA, people(awayToday('boris'))), {
    person: 'anna',
    why: 'owner_away',
  });
});

test('who steps out is told whom each of their channels goes to: a deputy, or still them when nobody is there', () => {
  const site = { ...CHANNEL, owner: 'anna', deputies: ['boris'] };
  const alone = { ...CHANNEL, owner: 'anna', deputies: [], head: null };
  const others = { ...CHANNEL, owner: 'vera' };
  const out = people(awayToday('anna'));
  const anna = out.get('anna');
  assert.ok(anna);
  assert.deepEqual(
    standInsFor(anna, [site, alone, others], out, at('10:00:00')).map(({ asked }) => asked.person),
    ['boris', 'anna'],
  );
});

test('when a shift is over, the next one answers for its open waits', () => {
  const wait = { owner: 'boris', ownerWhy: 'on_duty' } as const;
  const now = (time: string) => personInCharge(wait, ROTA, people(), at(time));
  assert.deepEqual(now('11:59:59'), { person: 'boris', why: 'on_duty' });
  assert.deepEqual(now('12:00:00'), { person: 'vlad', why: 'on_duty' });
  assert.deepEqual(now('18:00:00'), { person: 'anna', why: 'owner' });
});

test('a wait that was handed over stays with its new owner, whoever has the shift', () => {
  const wait = { owner: 'vera', ownerWhy: 'handed_over' } as const;
  assert.deepEqual(personInCharge(wait, ROTA, people(), NOW), { person: 'vera', why: 'handed_over' });
});

const loaded = (open: Record<string, number>, there = people()) =>
  ownerAt(CHANNEL, there, NOW, { open: new Map(Object.entries(open)), limit: 3 });

test('whoever has as many open waits as the policy allows passes new ones to the first deputy with room', () => {
  assert.deepEqual(loaded({ anna: 2 }), { person: 'anna', why: 'owner' });
  assert.deepEqual(loaded({ anna: 3 }), { person: 'boris', why: 'overloaded' });
  assert.deepEqual(loaded({ anna: 3, boris: 3 }), { person: 'vlad', why: 'overloaded' });
  assert.deepEqual(loaded({ anna: 3 }, people(awayToday('boris'))), { person: 'vlad', why: 'overloaded' });
});

test('when all are full the wait stays with the owner: never without a person (law 6)', () => {
  assert.deepEqual(loaded({ anna: 3, boris: 3, vlad: 9 }), { person: 'anna', why: 'owner' });
});

test('«Я отошёл» counts from its moment to its end', () => {
  const anna = people().get('anna');
  assert.ok(anna);
  const steppedOut = { from: at('10:00:00'), until: at('10:30:00') };
  const gone = (time: string) => isAway({ ...anna, steppedOut }, at(time));
  assert.deepEqual(['09:59:59.999', '10:00:00', '10:29:59.999', '10:30:00'].map(gone), [
    false,
    true,
    true,
    false,
  ]);
});
