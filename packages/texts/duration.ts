import { DAY, type DurationMs, type EpochMs, HOUR, type Locale, SECOND } from '@otklik/domain';

/**
 * `2:41`, from an hour on `1:02:41`, from a day on «2 дня 3 ч». Cut, not rounded: a window is not over before it is.
 */
export function lasted(duration: DurationMs, locale: Locale): string {
  if (duration < DAY) return clockFace(duration);
  const hours = Math.floor((duration % DAY) / HOUR);
  const said = [
    DAYS[locale].format(Math.floor(duration / DAY)),
    ...(hours > 0 ? [HOURS[locale].format(hours)] : []),
  ];
  return said.join(' ');
}

const inUnits = (unit: 'day' | 'hour', unitDisplay: 'long' | 'short') => ({
  ru: new Intl.NumberFormat('ru', { style: 'unit', unit, unitDisplay }),
  en: new Intl.NumberFormat('en', { style: 'unit', unit, unitDisplay }),
});
const DAYS = inUnits('day', 'long');
const HOURS = inUnits('hour', 'short');

function clockFace(duration: DurationMs): string {
  const seconds = Math.max(0, Math.floor(duration / SECOND));
  const [hours, minutes, rest] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** To the second, in the reader's time zone; with the date when it is not today. */
export function timeOfDay(at: EpochMs, now: EpochMs, timezone: string): string {
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timezone);
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timezone);
  const time = local.toPlainTime().toString({ smallestUnit: 'second' });
  const date = `${String(local.day).padStart(2, '0')}.${String(local.month).padStart(2, '0')}`;
  return local.toPlainDate().equals(today.toPlainDate()) ? time : `${date} ${time}`;
}
