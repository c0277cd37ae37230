import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import type { Asked } from './askWhom.ts';
import type { ChannelPeople, PeopleById, Person } from './people.ts';
import { askInstead, type Chain, waysOf, withStandIns } from './reach.ts';
import { CHANNEL, people } from './testing/company.ts';
import { at } from './testing/story.ts';

const NOW = at('10:00:00');
const TODAY = '2026-11-23';
const ALL = ['anna', 'boris', 'vlad', 'vera', 'galina'];
const awayToday = (ids: readonly string[]) => Object.fromEntries(ids.map((id) => [id, TODAY]));
/** Galina is another head, of other channels. */
const staff = (away: readonly string[] = []): PeopleById =>
  new Map(
    [...people(awayToday(away), 'UTC', ALL)].map(([id, person]) => [
      id,
      { ...person, role: id === 'galina' ? ('head' as const) : person.role },
    ]),
  );
const chain = (said: {
  deaf?: readonly string[];
  away?: readonly string[];
  channel?: ChannelPeople | null;
  owner?: string;
}): Chain => ({
  wait: { owner: said.owner ?? 'anna' },
  channel: said.channel === undefined ? CHANNEL : said.channel,
  people: staff(said.away),
  canReach: (id) => !(said.deaf ?? []).includes(id),
});
const instead = (passed: string, said: Parameters<typeof chain>[0], passedOver: readonly string[] = []) =>
  askInstead(passed, new Set([passed, ...passedOver]), chain(said), NOW).map(({ person }) => person);

const stories: { rule: string; passed: string; said: Parameters<typeof chain>[0]; asked: string[] }[] = [
  { rule: 'after the owner the first deputy', passed: 'anna', said: { deaf: ['anna'] }, asked: ['boris'] },
  {
    rule: 'who is away or cannot be reached either is passed over with them',
    passed: 'anna',
    said: { deaf: ['anna', 'boris'], away: ['vlad'] },
    asked: ['vera'],
  },
  { rule: 'after the last deputy the head', passed: 'vlad', said: { deaf: ['vlad'] }, asked: ['vera'] },
  { rule: 'after the head every head', passed: 'vera', said: { deaf: ['vera'] }, asked: ['galina'] },
  {
    rule: 'an owner who is the head too is followed by every other head',
    passed: 'vera',
    said: { deaf: ['vera'], owner: 'vera', channel: { ...CHANNEL, owner: 'vera', deputies: [] } },
    asked: ['galina'],
  },
  {
    rule: 'every head, also one who is away, before whoever stood before them in the chain',
    passed: 'vera',
    said: { deaf: ['vera'], away: ['galina'] },
    asked: ['galina'],
  },
  {
    rule: 'with no head left the first of the chain who is there',
    passed: 'vera',
    said: { deaf: ['vera', 'galina'], away: ['anna'] },
    asked: ['boris'],
  },
  {
    rule: 'with nobody there whoever can be reached all the same',
    passed: 'anna',
    said: { deaf: ['anna', 'vera', 'galina'], away: ['boris', 'vlad'] },
    asked: ['boris'],
  },
  { rule: 'nobody when nobody is left', passed: 'anna', said: { deaf: ALL }, asked: [] },
  {
    rule: 'of a channel that is gone every head',
    passed: 'anna',
    said: { deaf: ['anna'], channel: null },
    asked: ['vera', 'galina'],
  },
];

describe('who is asked in the place of somebody who cannot be reached (law 6)', () => {
  for (const { rule, passed, said, asked } of stories)
    it(rule, () => assert.deepEqual(instead(passed, said), asked));

  const some = fc.subarray(ALL);
  it('is never somebody who cannot be reached or was passed over, and never nobody while anybody of the chain or a head can be', () => {
    fc.assert(
      fc.property(some, some, fc.subarray(ALL, { minLength: 1 }), (deaf, away, passedOver) => {
        const [passed = ''] = passedOver;
        const asked = instead(passed, { deaf, away }, passedOver);
        const left = ALL.filter((id) => !deaf.includes(id) && !passedOver.includes(id));
        assert.ok(asked.every((id) => left.includes(id)));
        assert.equal(asked.length > 0, left.length > 0);
        assert.equal(new Set(asked).size, asked.length);
      }),
    );
  });

  it('in whatever order they turn out to be out of reach, somebody who can be reached is asked in the end', () => {
    fc.assert(
      fc.property(some, some, fc.constantFrom(...ALL), (deaf, away, first) => {
        const passedOver: string[] = [];
        let asked = [first];
        // Each refusal is learned only by asking.
        for (let round = 0; round <= ALL.length && asked.some((id) => deaf.includes(id)); round++) {
          const failed = asked.find((id) => deaf.includes(id)) ?? '';
          passedOver.push(failed);
          asked = [
            ...asked.filter((id) => id !== failed),
            ...askInstead(
              failed,
              new Set(passedOver),
              { ...chain({ away }), canReach: (id) => !passedOver.includes(id) },
              NOW,
            ).map(({ person }) => person),
          ];
        }
        assert.equal(asked.length > 0, deaf.length < ALL.length);
      }),
    );
  });
});

describe('a step with people who cannot be reached', () => {
  const step = (...ids: string[]): Asked[] => ids.map((person) => ({ person, why: 'owner' }));
  const reached = (asked: Asked[], deaf: readonly string[]) => {
    const found = withStandIns(asked, chain({ deaf }), NOW);
    return [found.asked.map(({ person, why }) => `${person} ${why}`), found.passedOver] as const;
  };

  it('asks them all the same, and the next of the chain with them', () => {
    assert.deepEqual(reached(step('anna'), ['anna']), [
      ['anna owner', 'boris instead'],
      [{ person: 'anna', instead: ['boris'] }],
    ]);
  });

  it('asks nobody twice: who is asked already knows', () => {
    assert.deepEqual(reached(step('anna', 'boris'), ['anna']), [
      ['anna owner', 'boris owner'],
      [{ person: 'anna', instead: ['boris'] }],
    ]);
  });

  it('is as it was while everybody can be reached', () => {
    assert.deepEqual(reached(step('anna', 'vera'), []), [['anna owner', 'vera owner'], []]);
  });
});

describe('a person’s ways', () => {
  const [person] = people().values();
  const anna = { ...(person as Person), telegram: 100001, email: 'anna@example.ru' };
  it('are those of their `reach` that the company offers and that they have, in its order', () => {
    const both = ['telegram', 'email'] as const;
    assert.deepEqual(waysOf(anna, both), ['telegram', 'email']);
    assert.deepEqual(waysOf({ ...anna, reach: ['email', 'telegram'] }, both), ['email', 'telegram']);
    assert.deepEqual(waysOf({ ...anna, reach: ['email'] }, both), ['email']);
    assert.deepEqual(waysOf(anna, ['email']), ['email']);
    assert.deepEqual(waysOf({ ...anna, telegram: null }, both), ['email']);
    assert.deepEqual(waysOf({ ...anna, telegram: null, email: null }, both), []);
  });
});
