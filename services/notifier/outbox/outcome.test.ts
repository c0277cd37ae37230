import assert from 'node:assert/strict';
import { MINUTE, SECOND } from '@otklik/domain';
import { describe, it } from 'vitest';
import type { HandOver } from '../transports/transport.ts';
import { failingOf, outcomeOf } from './outcome.ts';

const NOW = Date.parse('2026-11-23T10:03:00Z');
const tried = (attempts: number, forMs: number) => ({ id: 'n', attempts, tried_since: NOW - forMs });
const retry = (afterMs: number | null = null): HandOver => ({ outcome: 'retry', afterMs, problem: 'busy' });

describe('what a hand-over means for a notice', () => {
  it('sent: with all by which it is found again', () => {
    const sent = { chatId: 1, messageId: 2, text: 'digest' };
    assert.deepEqual(outcomeOf(tried(1, 0), { outcome: 'sent', ...sent }, NOW), {
      id: 'n',
      state: 'sent',
      at: NOW,
      ...sent,
    });
  });

  it('refused: a dead letter at once', () => {
    const outcome = outcomeOf(tried(1, 0), { outcome: 'refused', problem: 'no' }, NOW);
    assert.deepEqual(outcome, { id: 'n', state: 'failed', problem: 'no' });
  });

  it('closed: tried again however often it was tried, because the set-up will be mended', () => {
    const outcome = outcomeOf(tried(500, 100 * MINUTE), { outcome: 'closed', problem: '401' }, NOW);
    assert.deepEqual(outcome, { id: 'n', state: 'pending', retryAt: NOW + 5 * MINUTE, problem: '401' });
  });

  it('retry: when the transport says, until both twenty tries and an hour are over', () => {
    const asked = outcomeOf(tried(3, 0), retry(7_000), NOW);
    assert.deepEqual(asked, { id: 'n', state: 'pending', retryAt: NOW + 7_000, problem: 'busy' });
    assert.equal(outcomeOf(tried(20, 59 * MINUTE), retry(), NOW).state, 'pending');
    assert.equal(outcomeOf(tried(19, 61 * MINUTE), retry(), NOW).state, 'pending');
    const over = outcomeOf(tried(20, 60 * MINUTE), retry(), NOW);
    assert.deepEqual(over, { id: 'n', state: 'failed', problem: 'given up after 20 attempts: busy' });
  });
});

describe('how a notice fails to get through', () => {
  const failing = (forMs: number, result: HandOver) => {
    const notice = tried(3, forMs);
    return failingOf(notice, result, outcomeOf(notice, result, NOW));
  };

  it('not at all while it is sent, or tried again soon', () => {
    assert.equal(failing(0, { outcome: 'sent' }), null);
    assert.equal(failing(0, retry(1_000)), null);
  });

  it('slow when the next try comes after twenty seconds of trying', () => {
    assert.equal(failing(10 * SECOND, retry(9_999)), null);
    assert.equal(failing(10 * SECOND, retry(10_000)), 'slow');
  });

  it('refused or closed as the transport says', () => {
    assert.equal(failing(0, { outcome: 'refused', problem: 'no' }), 'refused');
    assert.equal(failing(0, { outcome: 'closed', problem: '401' }), 'closed');
  });
});
