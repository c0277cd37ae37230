import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isAway, personInCharge, recipientsOf } from './askWhom.ts';
import type { Role } from './policy.ts';
import { CHANNEL, people } from './testing/company.ts';
import { at } from './testing/story.ts';

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
    assert.equal(personInCharge('anna', CHANNEL, people(awayToday(...away)), NOW), asked);
  });
}

test('a wait that was handed over has its new owner in charge, and the deputies of the channel after them', () => {
  assert.equal(personInCharge('vlad', CHANNEL, people(), NOW), 'vlad');
  assert.equal(personInCharge('vlad', CHANNEL, people(awayToday('vlad')), NOW), 'boris');
});

test('an owner who no longer works here is passed over, even when all others are away', () => {
  const left = people(awayToday('boris', 'vlad', 'vera'), 'UTC', ['boris', 'vlad', 'vera']);
  assert.equal(personInCharge('anna', CHANNEL, left, NOW), 'boris');
});

test('without a head and deputies the owner answers alone', () => {
  const alone = { owner: 'anna', deputies: [], head: null };
  assert.equal(personInCharge('anna', alone, people(awayToday('anna')), NOW), 'anna');
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
    rule: 'the head by name, though away: there is nobody above',
    roles: ['head'],
    away: ['vera'],
    asked: ['vera'],
  },
  { rule: 'the person in charge when the step names nobody', roles: [], away: ['anna'], asked: ['boris'] },
];
for (const { rule, roles, away, asked } of reached) {
  test(`a step reaches ${rule}`, () => {
    assert.deepEqual(recipientsOf(roles, 'anna', CHANNEL, people(awayToday(...away)), NOW), asked);
  });
}

test('a step for the head reaches the person in charge where the channel has no head', () => {
  assert.deepEqual(recipientsOf(['head'], 'anna', { ...CHANNEL, head: null }, people(), NOW), ['anna']);
});

test('a deputy who no longer works here is not asked', () => {
  const left = people({}, 'UTC', ['anna', 'vlad', 'vera']);
  assert.deepEqual(recipientsOf(['deputies'], 'anna', CHANNEL, left, NOW), ['vlad']);
});

test('a step always reaches somebody, nobody twice, and nobody who is away while another is there (law 6)', () => {
  const ids = ['anna', 'boris', 'vlad', 'vera'];
  const circumstances = fc.record({
    owner: fc.constantFrom(...ids),
    away: fc.subarray(ids),
    deputies: fc.shuffledSubarray(['boris', 'vlad']),
    head: fc.constantFrom('vera', null),
    roles: fc.subarray<Role>(['owner', 'deputies', 'head']),
  });
  fc.assert(
    fc.property(circumstances, ({ owner, away, deputies, head, roles }) => {
      const channel = { owner: 'anna', deputies, head };
      const asked = recipientsOf(roles, owner, channel, people(awayToday(...away)), NOW);
      const candidates = [owner, ...deputies, ...(head === null ? [] : [head])];
      const somebodyThere = candidates.some((id) => !away.includes(id));
      const byName = roles.includes('head') ? head : null;
      assert.ok(asked.length > 0);
      assert.equal(new Set(asked).size, asked.length);
      for (const id of asked) {
        assert.ok(candidates.includes(id));
        if (id !== byName && somebodyThere) assert.ok(!away.includes(id));
      }
    }),
    { numRuns: 1_000 },
  );
});
