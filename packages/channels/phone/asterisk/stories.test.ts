import assert from 'node:assert/strict';
import { MINUTE, SECOND } from '@otklik/domain';
import { describe, it } from 'vitest';
import { type CallFact, callEvent } from '../../provider/callFact.ts';
import { LineWorld } from '../testing/lineWorld.ts';
import { AsteriskCalls } from './calls.ts';
import { factsOfRows } from './rows.ts';
import { STORIES } from './testing/stories.ts';
import { amiOf, celOf, listedAfter } from './testing/story.ts';

type Told = readonly { readonly facts: readonly CallFact[]; readonly receivedAt: number }[];
type Story = (typeof STORIES)[number];

const WORLD = new LineWorld('provider: asterisk, account: "a@127.0.0.1", secret: some-password');

/** The waits, with everything told once, and twice from the end. */
function waits(...told: Told[]): string[] {
  const events = told
    .flat()
    .flatMap(({ facts, receivedAt }) =>
      facts.map((fact) => callEvent(fact, { id: 'line', country: 'RU' }, receivedAt)),
    );
  const [once, twice] = [events, [...events, ...events].reverse()].map((each) => {
    WORLD.events.splice(0, WORLD.events.length, ...each);
    return WORLD.told();
  });
  assert.deepEqual(once, twice);
  return once ?? [];
}

/** By AMI, disconnected from happening `from` until before `to`. */
function byAmi({ happens }: Story, away: { from: number; to: number } | null, tablesTell: boolean): Told {
  const calls = new AsteriskCalls({ tablesTell });
  return happens.flatMap((happening, index) => {
    const now = happening.time;
    if (away && index >= away.from && index < away.to) {
      if (index === away.from) calls.lost(now);
      return [];
    }
    const resumed =
      away && index === away.to
        ? listedAfter(happens.slice(0, index), now).flatMap((m) => calls.tell(m, now))
        : [];
    return [{ facts: [...resumed, ...calls.tell(amiOf(happening), now)], receivedAt: now }];
  });
}

/** By the tables, read a minute after a row was written. */
function byTables({ happens, cdr, isExact = true }: Story, { hasCel }: { hasCel: boolean }): Told {
  const cel = hasCel ? happens.flatMap(celOf).map((row, id) => ({ ...row, id })) : [];
  return [...new Set(cdr.map(({ linkedid }) => linkedid))].map((call) => {
    const rows = cdr.filter(({ linkedid }) => linkedid === call);
    const read = factsOfRows(
      call,
      rows,
      cel.filter(({ linkedid }) => linkedid === call),
    );
    assert.ok(read, 'it is over');
    assert.equal(read.isExact, hasCel && isExact);
    const ended = Math.max(...rows.map(({ start, duration }) => start + duration * SECOND));
    return { facts: read.facts, receivedAt: ended + MINUTE };
  });
}

function byCel({ happens, cdr }: Story): Told {
  const cel = happens.flatMap(celOf).map((row, id) => ({ ...row, id }));
  return [...new Set(cdr.map(({ linkedid }) => linkedid))].flatMap((call) => {
    const rows = cel.filter(({ linkedid }) => linkedid === call);
    const read = factsOfRows(call, [], rows);
    return read ? [{ facts: read.facts, receivedAt: Math.max(...rows.map(({ at }) => at)) + MINUTE }] : [];
  });
}

for (const story of STORIES)
  describe(`Asterisk: ${story.what}`, () => {
    it('by AMI alone', () => assert.deepEqual(waits(byAmi(story, null, false)), story.waits));

    it('by CDR and CEL alone', () => assert.deepEqual(waits(byTables(story, { hasCel: true })), story.waits));

    if (story.isExact !== false) it('by CEL alone', () => assert.deepEqual(waits(byCel(story)), story.waits));

    it('by CDR alone', () =>
      assert.deepEqual(waits(byTables(story, { hasCel: false })), story.waitsByCdr ?? story.waits));

    if (story.waits.length === 0)
      it('is nobody’s: nothing is told of it', () => {
        const told = [
          byAmi(story, null, false),
          byTables(story, { hasCel: true }),
          byTables(story, { hasCel: false }),
        ];
        assert.deepEqual(
          told.flat().flatMap(({ facts }) => facts),
          [],
        );
      });

    it('by AMI and the tables, with CEL and without', () => {
      for (const hasCel of [true, false])
        assert.deepEqual(waits(byAmi(story, null, true), byTables(story, { hasCel })), story.waits);
    });

    it('by an AMI that was away for a part of it, and nothing else: no call goes on for ever, and no answer is made up', () => {
      const count = story.happens.length;
      const isAnswered = /answered|self_served/.test(story.waits.join());
      for (let from = 0; from < count; from++)
        for (let to = from + 1; to < count; to++) {
          const told = waits(byAmi(story, { from, to }, false)).join('\n');
          assert.doesNotMatch(told, /^\S+ \S+ waits$/m, `away from ${from} to ${to}`);
          assert.ok(isAnswered || !told.includes('answered'), `away from ${from} to ${to}: ${told}`);
        }
    });

    it('by the tables and an AMI that was away for any part of it', () => {
      const count = story.happens.length;
      for (let from = 0; from < count; from++)
        for (let to = from + 1; to <= count; to++)
          assert.deepEqual(
            waits(byAmi(story, { from, to }, true), byTables(story, { hasCel: true })),
            story.waits,
            `away from ${from} to ${to}`,
          );
    });
  });
