import { type DurationMs, type EpochMs, SECOND } from '@otklik/domain';

/** `2:41`, or `1:02:41` from an hour on. Cut to whole seconds, never rounded up: a window is not over before it is. */
export function clockFace(duration: DurationMs): string {
  const seconds = Math.max(0, Math.floor(duration / SECOND));
  const [hours, minutes, rest] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** The time of day where the reader is, to the second; with the date when it is not today. */
export function timeOfDay(at: EpochMs, now: EpochMs, timezone: string): string {
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timezone);
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timezone);
  const time = local.toPlainTime().toString({ smallestUnit: 'second' });
  const date = `${String(local.day).padStart(2, '0')}.${String(local.month).padStart(2, '0')}`;
  return local.toPlainDate().equals(today.toPlainDate()) ? time : `${date} ${time}`;
}
