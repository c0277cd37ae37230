import type { Locale } from './wire.ts';

const MINUTE = 60;
const HOUR = 3_600;
const DAY = 86_400;

const two = (value: number) => String(value).padStart(2, '0');

/** Whole seconds: 1 in the last second before it, 0 in the second after it, then negative. */
export function secondsLeft(deadline: number, now: number): number {
  return Math.ceil((deadline - now) / 1_000) || 0;
}

/** Whole, never negative. */
export function secondsSince(start: number, now: number): number {
  return Math.max(0, Math.floor((now - start) / 1_000));
}

/** `1:42`, `1:02:03`, from a day on `2 д 3 ч`. Without a sign. */
export function digits(seconds: number, locale: Locale): string {
  const total = Math.abs(Math.round(seconds));
  if (total >= DAY) {
    const [day, hour] = locale === 'ru' ? ['д', 'ч'] : ['d', 'h'];
    return `${Math.floor(total / DAY)} ${day} ${Math.floor((total % DAY) / HOUR)} ${hour}`;
  }
  const minutes = Math.floor((total % HOUR) / MINUTE);
  const rest = two(total % MINUTE);
  return total >= HOUR ? `${Math.floor(total / HOUR)}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}

/** `0,4 с`, `12 с`, then digits. */
export function lateness(ms: number, locale: Locale): string {
  const unit = locale === 'ru' ? 'с' : 's';
  if (ms < 10_000)
    return `${new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(ms / 1_000)} ${unit}`;
  if (ms < 60_000) return `${Math.round(ms / 1_000)} ${unit}`;
  return digits(ms / 1_000, locale);
}

type Formats = Map<Locale, Intl.DateTimeFormat>;
const timeFormats: Formats = new Map();
const minuteFormats: Formats = new Map();
const dateFormats: Formats = new Map();
const yearFormats: Formats = new Map();

function format(cache: Formats, locale: Locale, options: Intl.DateTimeFormatOptions) {
  const known = cache.get(locale);
  if (known) return known;
  const made = new Intl.DateTimeFormat(locale === 'ru' ? 'ru-RU' : 'en-GB', options);
  cache.set(locale, made);
  return made;
}

/** `14:02:31` in the reader's time zone, with the day when it is another, and its year. */
export function timeOfDay(iso: string, now: number, locale: Locale): string {
  const at = new Date(iso);
  const time = format(timeFormats, locale, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
  return `${dayBefore(at, now, locale)}${time.format(at)}`;
}

/** `14:02`, `23 нояб., 14:02`. */
export function minuteOfDay(iso: string, now: number, locale: Locale): string {
  const at = new Date(iso);
  const time = format(minuteFormats, locale, { hour: '2-digit', minute: '2-digit' });
  return `${dayBefore(at, now, locale)}${time.format(at)}`;
}

/** Empty for `now`'s day. */
function dayBefore(at: Date, now: number, locale: Locale): string {
  const today = new Date(now);
  if (at.toDateString() === today.toDateString()) return '';
  const day = { day: 'numeric', month: 'short' } as const;
  const date =
    at.getFullYear() === today.getFullYear()
      ? format(dateFormats, locale, day)
      : format(yearFormats, locale, { ...day, year: 'numeric' });
  return `${date.format(at)}, `;
}

/** `Анна, Борис и ещё 7`. */
export function firstOf(
  names: readonly string[],
  atMost: number,
  andMore: (names: string, count: number) => string,
): string {
  const shown = names.slice(0, atMost).join(', ');
  return names.length > atMost ? andMore(shown, names.length - atMost) : shown;
}

/** `Анна Петрова` to `АП`. */
export function initials(name: string): string {
  const letters = name
    .trim()
    .split(/\s+/)
    .map((word) => [...word][0] ?? '');
  return (letters.length > 1 ? `${letters[0]}${letters.at(-1)}` : (letters[0] ?? '')).toUpperCase();
}

export const asSentence = (text: string): string => text.slice(0, 1).toLocaleUpperCase() + text.slice(1);
