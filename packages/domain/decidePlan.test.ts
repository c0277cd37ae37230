import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { decidePlan } from './decidePlan.ts';
import { NOBODY_ASKED } from './planned.ts';
import { ClientRecord } from './testing/clientRecord.ts';
import { people, policy } from './testing/company.ts';
import { ruled } from './testing/ruled.ts';
import { at, story } from './testing/story.ts';
import { MINUTE } from './time.ts';

const RULES = ruled();
const NOW = at('10:04:00');
const record = new ClientRecord(RULES);
record.record(story('10:00:00  site/7  client  message  m1'), at('10:00:00'));
const [wait] = record.waits;
assert.ok(wait);
const asked = { asked: { warned: { anna: 1 } }, lastStep: 1 };

describe('an open wait under another configuration (law 6)', () => {
  test('stays as it is when nothing of it concerns it', () => {
    assert.equal(decidePlan(wait, NOBODY_ASKED, RULES, NOW), null);
  });

  test('goes over to whoever stands in when its owner has left, who is told if the other was asked', () => {
    const left = { ...RULES, people: people({}, 'UTC', ['boris', 'vlad', 'vera']) };
    const told = decidePlan(wait, asked, left, NOW);
    assert.deepEqual(
      [told?.wait.owner, told?.ownerLeft, told?.isShown, told?.isOwnerTold],
      ['boris', 'anna', true, true],
    );
    assert.equal(decidePlan(wait, NOBODY_ASKED, left, NOW)?.isOwnerTold, false);
  });

  test('is planned anew by another policy, with a correction of what is no longer true', () => {
    const slower = ruled({ policy: policy({ warn: 10 * MINUTE, breach: 20 * MINUTE }) });
    const warned = { ...wait, warned_at: wait.warn_at };
    const planned = decidePlan(warned, asked, slower, NOW);
    assert.deepEqual(
      [planned?.wait.warn_at, planned?.wait.warned_at, planned?.isShown],
      [at('10:10:00'), null, true],
    );
    assert.deepEqual(
      planned?.corrections.map(({ field, became, reason }) => [field, became, reason]),
      [['warned_at', null, 'policy']],
    );
  });

  test('is woken when its chain was silenced before its end', () => {
    const woken = decidePlan({ ...wait, due_at: null }, NOBODY_ASKED, RULES, NOW);
    assert.deepEqual([woken?.wait.due_at, woken?.isShown], [at('10:03:00'), true]);
    const over = { ...wait, due_at: null, history: true };
    assert.equal(decidePlan(over, NOBODY_ASKED, RULES, NOW), null);
  });

  test('shows nowhere that its plan was only written down', () => {
    const noted = decidePlan({ ...wait, plan: null }, NOBODY_ASKED, RULES, NOW);
    assert.deepEqual([noted?.wait.plan, noted?.isShown], [wait.plan, false]);
  });
});
