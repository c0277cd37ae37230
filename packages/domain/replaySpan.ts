import type { ReplaySpan } from './simulate.ts';
import { DAY, type EpochMs } from './time.ts';

const LONGEST = 366 * DAY;

export type SpanProblem = 'from' | 'to' | 'order' | 'length';

/**
 * At most a year, `to` excluded. Dates (`2026-11-01`, its beginning in that zone) or instants (ISO 8601 with offset).
 * `now`: when it is asked.
 */
export function readSpan(
  from: string,
  to: string,
  timezone: string,
  now: EpochMs,
): ReplaySpan | { readonly problem: SpanProblem } {
  const span = { from: momentOf(from, timezone), to: momentOf(to, timezone), until: now };
  if (span.from === null) return { problem: 'from' };
  if (span.to === null) return { problem: 'to' };
  if (span.from >= span.to) return { problem: 'order' };
  if (span.to - span.from > LONGEST) return { problem: 'length' };
  return { from: span.from, to: span.to, until: now };
}

function momentOf(text: string, timezone: string): EpochMs | null {
  try {
    return /^\d{4}-\d{2}-\d{2}$/.test(text)
      ? Temporal.PlainDate.from(text).toZonedDateTime(timezone).epochMilliseconds
      : Temporal.Instant.from(text).epochMilliseconds;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
