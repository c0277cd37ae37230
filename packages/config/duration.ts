import type { DurationMs } from '@otklik/domain';
import { DAY, HOUR, MINUTE, SECOND } from '@otklik/domain';

/** A year of a retention period: 365 days, whatever the calendar says. */
const YEAR: DurationMs = 365 * DAY;
const LONGEST: DurationMs = 100 * YEAR;

/** Largest first, each at most once: `1h30m`. */
const UNITS: readonly (readonly [letter: string, length: DurationMs])[] = [
  ['y', YEAR],
  ['d', DAY],
  ['h', HOUR],
  ['m', MINUTE],
  ['s', SECOND],
];

/** The same rule for editors, as a JSON Schema pattern. */
export const DURATION_PATTERN = `^(?=\\d)${UNITS.map(([letter]) => `(\\d+${letter})?`).join('')}$`;
const PATTERN = new RegExp(DURATION_PATTERN);

/** `90s`, `3m`, `2h`, `90d`, `2y`, `1h30m` to milliseconds; null when it is no such text or longer than a hundred years. */
export function parseDuration(text: string): DurationMs | null {
  if (!PATTERN.test(text)) return null;
  let total = 0;
  for (const [letter, length] of UNITS) {
    const amount = new RegExp(`(\\d+)${letter}`).exec(text)?.[1];
    if (amount !== undefined) total += Number(amount) * length;
  }
  return total <= LONGEST ? total : null;
}

/** The shortest text that `parseDuration` reads back. Whole seconds; a remainder below a second is dropped. */
export function formatDuration(duration: DurationMs): string {
  let rest = duration;
  let text = '';
  for (const [letter, length] of UNITS) {
    const amount = Math.floor(rest / length);
    if (amount > 0) text += `${amount}${letter}`;
    rest -= amount * length;
  }
  return text === '' ? '0s' : text;
}
