import assert from 'node:assert/strict';
import type { ClaimedNotice, Together } from '@otklik/store';
import { describe, it } from 'vitest';
import { pingAbout, waiting } from '../testing/company.ts';
import { lanesOf } from './bundles.ts';

const notice = (id: string, recipient: string | null, said: Partial<ClaimedNotice> = {}): ClaimedNotice =>
  pingAbout(waiting(), { id, recipient, ...said });

const lanes = (notices: readonly ClaimedNotice[], together: Together = 'steps', inTurn = true) =>
  lanesOf(notices, { together, inTurn }).map((lane) =>
    lane.map((bundle) => bundle.map(({ id }) => id).join('+')),
  );

describe('what goes over together', () => {
  it('the steps of one person, and nobody else’s', () => {
    assert.deepEqual(lanes([notice('1', 'anna'), notice('2', 'boris'), notice('3', 'anna')]), [
      ['1+3'],
      ['2'],
    ]);
  });

  it('one message after the other where the transport sends in turn', () => {
    const dispute = notice('2', 'anna', { type: 'dispute.opened' });
    assert.deepEqual(lanes([notice('1', 'anna'), dispute]), [['1', '2']]);
    assert.deepEqual(lanes([notice('1', 'anna'), dispute], 'steps', false), [['1'], ['2']]);
  });

  it('what quiet hours held back, apart from what is due now', () => {
    const held = ['2', '3'].map((id) => notice(id, 'anna', { held: true }));
    assert.deepEqual(lanes([notice('1', 'anna'), ...held]), [['1', '2+3']]);
    assert.deepEqual(lanes([notice('1', 'anna'), notice('4', 'anna'), ...held], 'held', false), [
      ['1'],
      ['4'],
      ['2+3'],
    ]);
  });

  it('the ends of waits, and a card alone', () => {
    const ends = ['1', '2'].map((id) => notice(id, 'anna', { type: 'wait.ended' }));
    const card = notice('3', 'anna', { data: { card: true } });
    assert.deepEqual(lanes([...ends, card], 'steps', false), [['1+2'], ['3']]);
  });

  it('what is for nobody by name stays alone', () => {
    assert.deepEqual(lanes([notice('1', null), notice('2', null)]), [['1'], ['2']]);
  });
});
