import type { Calendar, Locale, Weekday } from '@otklik/domain';

const WEEK: readonly Weekday[] = [1, 2, 3, 4, 5, 6, 7];

/** `пн–пт 09:00–13:00, 14:00–18:00; сб 10:00–14:00 (Europe/Moscow)`. Days with the same hours are drawn together. */
export function describeHours(calendar: Calendar, locale: Locale): string {
  const runs: { from: Weekday; to: Weekday; hours: string }[] = [];
  for (const day of WEEK) {
    const hours = (calendar.hours.get(day) ?? []).map(({ from, to }) => `${from}–${to}`).join(', ');
    const last = runs.at(-1);
    if (last?.hours === hours) last.to = day;
    else runs.push({ from: day, to: day, hours });
  }
  const words = runs
    .filter(({ hours }) => hours !== '')
    .map(
      ({ from, to, hours }) =>
        `${from === to ? name(from, locale) : `${name(from, locale)}–${name(to, locale)}`} ${hours}`,
    );
  return `${words.join('; ') || '—'} (${calendar.timezone})`;
}

/** Whether there is no moment out of these hours, whatever the date. */
export function isAllDay({ hours }: Calendar): boolean {
  return WEEK.every((day) => hours.get(day)?.some(({ from, to }) => from === '00:00' && to === '24:00'));
}

function name(day: Weekday, locale: Locale): string {
  // 2024-01-01 was a Monday.
  return new Temporal.PlainDate(2024, 1, day).toLocaleString(locale, { weekday: 'short' });
}
