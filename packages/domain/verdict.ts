import type { Outcome } from './foldWaits.ts';

/** What a wait is for every share of answers in time: in the report, on the board, in the bot, in Grafana. */
export type Verdict = 'in_time' | 'late';

/** What the verdict on a wait depends on. Seconds. */
export interface Judged {
  /** null: it is open. */
  readonly outcome: Outcome | null;
  /** From its opening to its end; null while it is open. */
  readonly response: number | null;
  /** How long the window is. */
  readonly allowed: number;
  /** Whether the end of the window was passed. */
  readonly passed: boolean;
  /** What an accepted dispute takes off, and for how long nobody could see it. */
  readonly excused: number;
  readonly lateDelivered: number;
}

const BY_A_PERSON: ReadonlySet<Outcome> = new Set(['answered', 'self_served', 'attempted']);

/**
 * The share of answers in time is `in_time / (in_time + late)`: in time, of all whose window has ended. In time: a person
 * answered or called back within the window, less what nobody could see or a dispute excused. Late: the window passed,
 * whatever came of the wait then. null, and counted nowhere: it is open within its window; nobody had to answer any more
 * (taken back, no reply needed) before that was over. `wait_verdict` of the migration `counts` is the same in SQL.
 */
export function verdictOf(wait: Judged): Verdict | null {
  if (wait.outcome === null || wait.response === null) return wait.passed ? 'late' : null;
  if (wait.response - Math.max(wait.excused, wait.lateDelivered) > wait.allowed) return 'late';
  return BY_A_PERSON.has(wait.outcome) ? 'in_time' : null;
}
