import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import type { ClockRules, RecordRules } from './clockRules.ts';
import { type DueWait, decideSteps } from './decideSteps.ts';
import { NOBODY_ASKED } from './planned.ts';
import { ClientRecord } from './testing/clientRecord.ts';
import { people } from './testing/company.ts';
import { type Ruled, ruled } from './testing/ruled.ts';
import { at, story } from './testing/story.ts';
import { MINUTE, SECOND } from './time.ts';
import type { WaitRow } from './waitRow.ts';

/** A wait that opened at 10:00:00. */
function openWait(rules: RecordRules = ruled()): WaitRow {
  const record = new ClientRecord(rules);
  record.record(story('10:00:00  site/7  client  message  m1'), at('10:00:00'));
  const [wait] = record.waits;
  assert.ok(wait);
  return wait;
}

const dueWait = (wait: WaitRow, said: Partial<DueWait> = {}): DueWait => ({
  wait,
  soFar: NOBODY_ASKED,
  plannedAt: wait.opened_at,
  behindMs: 0,
  held: null,
  unrecorded: false,
  unreadUntil: null,
  ...said,
});

const clockAt = (time: string, upSince = '09:00:00') => ({
  now: at(time),
  upSince: at(upSince),
  ableSince: at(upSince),
  slept: null,
});

const REACHED = { hasWays: true, waysOf: () => ['telegram'] as const };
const company = (said: Ruled = {}): RecordRules & ClockRules => ruled({ transports: ['telegram'], ...said });

describe('a due moment', () => {
  test('tells the owner at the warning, and marks it', () => {
    const { wait, changes, notices, steps } = decideSteps(
      dueWait(openWait()),
      company(),
      clockAt('10:03:00'),
    );
    assert.deepEqual([changes, wait.warned_at, wait.breached_at], [['warned'], at('10:03:00'), null]);
    assert.deepEqual(
      notices.map(({ recipient, stage, due_at, late_reason }) => [recipient, stage, due_at, late_reason]),
      [['anna', 'warned', at('10:03:00'), null]],
    );
    assert.deepEqual(
      steps.map(({ step, skipped }) => [step, skipped]),
      [[1, false]],
    );
    assert.equal(wait.due_at, at('10:05:00'));
  });

  test('fires each rung once, however often it is looked at (law 7)', () => {
    let wait = openWait();
    const told: (string | null)[] = [];
    for (let now = at('10:00:00'); now <= at('10:20:00'); now += 30 * SECOND) {
      for (let look = 0; look < 2; look++) {
        const decided = decideSteps(dueWait(wait), company(), { ...clockAt('10:00:00'), now });
        told.push(...decided.notices.map(({ step, recipient }) => `${step} ${recipient}`));
        wait = decided.wait;
      }
    }
    assert.ok(told.length >= 3, told.join());
    assert.equal(new Set(told).size, told.length, told.join());
  });

  test('tells nobody of a wait that is over or superseded, and ends its alarms (law 4)', () => {
    for (const over of [{ closed_at: at('10:02:00') }, { voided_at: at('10:02:00') }]) {
      const decided = decideSteps(dueWait({ ...openWait(), ...over }), company(), clockAt('10:09:00'));
      assert.deepEqual([decided.notices, decided.steps, decided.wait.due_at], [[], [], null]);
    }
  });

  test('after an outage fires the highest stage once, for everybody, and says why (law 7)', () => {
    const { notices, steps, wait } = decideSteps(
      dueWait(openWait()),
      company(),
      clockAt('10:08:00', '10:07:59'),
    );
    assert.deepEqual(
      new Set(notices.map(({ stage, late_reason }) => `${stage} ${late_reason}`)),
      new Set(['breached outage']),
    );
    const whom = notices.map(({ recipient }) => recipient);
    assert.equal(new Set(whom).size, whom.length);
    assert.ok(whom.includes('anna'));
    assert.ok(steps.some(({ skipped }) => skipped));
    assert.ok(wait.outage_seconds > 0);
  });

  test('goes on by the time with which the wait began when the clock was set back', () => {
    const behind = dueWait(openWait(), { behindMs: 2 * MINUTE });
    const { notices } = decideSteps(behind, company(), clockAt('10:01:00'));
    assert.deepEqual(
      notices.map(({ due_at }) => due_at),
      [at('10:01:00')],
    );
  });

  test('asks whoever stands in for somebody whom nothing reaches, and keeps who was passed over (law 6)', () => {
    const reach = { ...REACHED, works: ({ id }: { id: string }) => id !== 'anna' };
    const { notices, passedOver } = decideSteps(dueWait(openWait()), company({ reach }), clockAt('10:03:00'));
    const toBoris = notices.find(({ recipient }) => recipient === 'boris');
    assert.equal(toBoris?.instead_of, 'anna');
    assert.deepEqual(
      passedOver.map(({ person, instead }) => [person, instead]),
      [['anna', ['boris']]],
    );
  });

  test('holds back until the end of their quiet hours what is not theirs alone', () => {
    const asleep = new Map(
      [...people()].map(([id, person]) => [
        id,
        id === 'vera' ? { ...person, quiet: { from: '09:00', to: '12:00' } } : person,
      ]),
    );
    const rules = { ...company(), people: asleep };
    const { notices } = decideSteps(dueWait(openWait()), rules, clockAt('10:20:00', '10:19:59'));
    const toVera = notices.find(({ recipient }) => recipient === 'vera');
    assert.deepEqual([toVera?.held, toVera?.not_before], [true, at('12:00:00')]);
    assert.ok(notices.some(({ recipient, held }) => recipient === 'anna' && held !== true));
  });
});
