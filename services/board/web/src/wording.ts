import type { Locale } from './wire.ts';

const MINUTE = 60;
const HOUR = 3_600;
const DAY = 86_400;

const two = (value: number) => String(value).padStart(2, '0');

/** Whole seconds until `deadline`: the last second before it is 1, at it and within the second after it is 0, then negative. */
export function secondsLeft(deadline: number, now: number): number {
  return Math.ceil((deadline - now) / 1_000) || 0;
}

/** Whole seconds since `start`, never negative. */
export function secondsSince(start: number, now: number): number {
  return Math.max(0, Math.floor((now - start) / 1_000));
}

/** A length of time as digits: `1:42`, `1:02:03`; from a day on `2 д 3 ч`. The sign is left to the words around it. */
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

/** How late something was, in a person's precision: `0,4 с`, `12 с`, then digits. */
export function lateness(ms: number, locale: Locale): string {
  const unit = locale === 'ru' ? 'с' : 's';
  if (ms < 10_000)
    return `${new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(ms / 1_000)} ${unit}`;
  if (ms < 60_000) return `${Math.round(ms / 1_000)} ${unit}`;
  return digits(ms / 1_000, locale);
}

const timeFormats = new Map<Locale, Intl.DateTimeFormat>();
const dateFormats = new Map<Locale, Intl.DateTimeFormat>();

function format(
  cache: Map<Locale, Intl.DateTimeFormat>,
  locale: Locale,
  options: Intl.DateTimeFormatOptions,
) {
  const known = cache.get(locale);
  if (known) return known;
  const made = new Intl.DateTimeFormat(locale === 'ru' ? 'ru-RU' : 'en-GB', options);
  cache.set(locale, made);
  return made;
}

/** `14:02:31` in the reader's time zone, with the day in front when it is not `now`'s. */
export function timeOfDay(iso: string, now: number, locale: Locale): string {
  const at = new Date(iso);
  const time = format(timeFormats, locale, { hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(
    at,
  );
  if (at.toDateString() === new Date(now).toDateString()) return time;
  return `${format(dateFormats, locale, { day: 'numeric', month: 'short' }).format(at)}, ${time}`;
}

/** `Анна Петрова` to `АП`: what an avatar shows. */
export function initials(name: string): string {
  const letters = name
    .trim()
    .split(/\s+/)
    .map((word) => [...word][0] ?? '');
  return (letters.length > 1 ? `${letters[0]}${letters.at(-1)}` : (letters[0] ?? '')).toUpperCase();
}
