import type { Record } from './record.ts';
import type { Played } from './truth.ts';

/** The month in one line. */
export function countsOf(played: Played, { waits, steps, notices }: Record): string {
  const late = Map.groupBy(
    steps.filter(({ lateReason }) => lateReason !== null),
    ({ lateReason }) => lateReason,
  );
  const reasons = [...late].map(([reason, rows]) => `${reason} ${rows.length}`).sort();
  return [
    `${played.known.length} events`,
    `${waits.length} waits (${waits.filter(({ voided }) => voided).length} voided, ${waits.filter(({ history }) => history).length} history)`,
    `${steps.length} steps (${steps.filter(({ skipped }) => skipped).length} skipped)`,
    `${notices.length} notices`,
    `${waits.filter(({ breachedAt, voided }) => breachedAt !== null && !voided).length} breaches`,
    `late: ${reasons.join(', ') || 'none'}`,
  ].join(', ');
}
