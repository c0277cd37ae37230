import type { Weekday } from '@otklik/domain';

const DAYS: readonly string[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const DAY = `(?:${DAYS.join('|')})`;

/** A JSON Schema pattern for the keys of `calendar.hours`. */
export const WEEKDAYS_PATTERN = `^${DAY}(-${DAY})?(,\\s*${DAY}(-${DAY})?)*$`;
const PATTERN = new RegExp(WEEKDAYS_PATTERN);

/** `mon-fri`, `mon,wed`, `sun-thu` to ISO weekdays, Monday is 1; null when it is no such text. A range may go over the weekend. */
export function parseWeekdays(text: string): Weekday[] | null {
  if (!PATTERN.test(text)) return null;
  return text.split(/,\s*/).flatMap((part) => {
    const [from = '', to = from] = part.split('-');
    const first = DAYS.indexOf(from);
    const count = ((DAYS.indexOf(to) - first + DAYS.length) % DAYS.length) + 1;
    return Array.from({ length: count }, (_, index) => isoWeekday(first + index));
  });
}

const ISO_WEEKDAYS: readonly Weekday[] = [1, 2, 3, 4, 5, 6, 7];

function isoWeekday(index: number): Weekday {
  return ISO_WEEKDAYS[index % ISO_WEEKDAYS.length] ?? 1;
}
