import type { Outcome } from './foldWaits.ts';

/** Counted in every share of answers in time: report, board, bot, Grafana. */
export type Verdict = 'in_time' | 'late';

/** Times in seconds. */
export interface Judged {
  /** null: open. */
  readonly outcome: Outcome | null;
  /** From opening to end; null: open. */
  readonly response: number | null;
  /** The length of the window. */
  readonly allowed: number;
  /** The window has ended. */
  readonly passed: boolean;
  /** Taken off by an accepted dispute; `lateDelivered`: nobody could see it. */
  readonly excused: number;
  readonly lateDelivered: number;
}

const BY_A_PERSON: ReadonlySet<Outcome> = new Set(['answered', 'self_served', 'attempted']);

/**
 * The share of answers in time is `in_time / (in_time + late)`. In time: answered or called back within the window,
 * less what nobody could see or a dispute excused. Late: the window passed. null, counted nowhere: open within its
 * window, or ended before its end without need of an answer. `wait_verdict` of the migration `counts` is the same in
 * SQL.
 */
export function verdictOf(wait: Judged): Verdict | null {
  if (wait.outcome === null || wait.response === null) return wait.passed ? 'late' : null;
  if (wait.response - Math.max(wait.excused, wait.lateDelivered) > wait.allowed) return 'late';
  return BY_A_PERSON.has(wait.outcome) ? 'in_time' : null;
}
