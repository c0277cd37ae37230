import { type EpochMs, SECOND } from '@otklik/domain';
import type { ClaimedNotice, Delivered, Failing } from '@otklik/store';
import { backoffMs } from '@otklik/timing';
import type { HandOver } from '../transports/transport.ts';

/** After both it is a dead letter. */
const MOST_ATTEMPTS = 20;
const LONGEST_TRYING_MS = 60 * 60 * SECOND;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 5 * 60 * SECOND;
/** Then the next transport is tried too: the window is minutes. */
const SLOW_AFTER_MS = 20 * SECOND;

export function outcomeOf(
  notice: Pick<ClaimedNotice, 'id' | 'attempts' | 'tried_since'>,
  result: HandOver,
  now: EpochMs,
): Delivered {
  const { id, attempts } = notice;
  const later = (askedMs: number | null, problem: string): Delivered => ({
    id,
    state: 'pending',
    retryAt: now + retryAfter(attempts, askedMs),
    problem,
  });
  switch (result.outcome) {
    case 'sent': {
      const { outcome: _, ...sent } = result;
      return { id, state: 'sent', at: now, ...sent };
    }
    case 'refused':
      return { id, state: 'failed', problem: result.problem };
    case 'closed':
      return later(null, result.problem);
    case 'retry':
      if (attempts < MOST_ATTEMPTS || now - (notice.tried_since ?? 0) < LONGEST_TRYING_MS)
        return later(result.afterMs, result.problem);
      return { id, state: 'failed', problem: `given up after ${attempts} attempts: ${result.problem}` };
  }
}

/** null: it does not fail. */
export function failingOf(
  { tried_since }: Pick<ClaimedNotice, 'tried_since'>,
  result: HandOver,
  outcome: Delivered,
): Failing | null {
  if (result.outcome === 'closed') return 'closed';
  if (outcome.state === 'failed') return 'refused';
  if (outcome.state !== 'pending' || tried_since === undefined) return null;
  return outcome.retryAt - tried_since >= SLOW_AFTER_MS ? 'slow' : null;
}

/** What the transport asks for, else twice the last pause. */
export function retryAfter(attempts: number, askedMs: number | null): number {
  return askedMs ?? backoffMs({ firstBackoffMs: FIRST_RETRY_MS, maxBackoffMs: LONGEST_RETRY_MS }, attempts);
}
