import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min';

/** `"Пётр" <sip:site-7@vpbx1.mangosip.ru>` is `site-7`: digits of the host are no number. */
export const bareAddress = (written: string): string => {
  const [, inside = written] = /<([^<>]*)>/.exec(written) ?? [];
  return (
    inside
      .trim()
      .replace(/^(sips?|tel):/i, '')
      .split(/[@;]/, 1)[0] ?? ''
  ).trim();
};

/** Without punctuation; null for a name or two numbers. */
export const digitsOf = (written: string): string | null => {
  const bare = bareAddress(written).replaceAll(/[^\p{L}\p{N},/]/gu, '');
  return /^\d+$/.test(bare) ? bare : null;
};

/** The first number in digits; null if none is a number. */
export const firstNumber = (numbers: readonly string[]): string | null =>
  numbers.map(digitsOf).find((digits) => digits !== null) ?? null;

/** Shorter numbers are extensions. */
const SHORTEST_OUTSIDE = 5;

/** A call between two extensions is nobody's turn. 0 is a hidden number. */
export const isExtension = (written: string): boolean => {
  const digits = digitsOf(written);
  return digits !== null && digits.length < SHORTEST_OUTSIDE && /[1-9]/.test(digits);
};

/** A city number without its code. */
const SHORTEST_CITY = 6;

/** Compares numbers by their last ten digits (plus, no plus, 8, no city code), names with or without host. */
export function isSameLine(a: string, b: string): boolean {
  const [one, other] = [digitsOf(a), digitsOf(b)];
  if (one === null && other === null) return nameOf(a) === nameOf(b);
  if (one === null || other === null)
    return numberIn(nameOf(one === null ? a : b)) === (one ?? other)?.slice(-10);
  const [long, short] = one.length >= other.length ? [one, other] : [other, one];
  return short.length >= SHORTEST_CITY && long.slice(-10).endsWith(short.slice(-10));
}

/** Some name a line by its whole number, `reg74951234567`. */
const numberIn = (name: string): string | undefined => /\d{10}$/.exec(name)?.[0];

const nameOf = (written: string): string => bareAddress(written).toLowerCase();

/**
 * E.164 with the plus; null when hidden, an extension or no number. Exchanges omit the plus (`79…`) or write the
 * trunk prefix (`8…`).
 */
export function toE164(written: string, country: string): string | null {
  if (digitsOf(written) === null) return null;
  const digits = bareAddress(written).replaceAll(/[^\d+]/g, '');
  if (digits.replace('+', '').length < SHORTEST) return null;
  const home: CountryCode | undefined = isSupportedCountry(country) ? country : undefined;
  const tries = digits.startsWith('+') ? [digits] : [digits, `+${digits.replace(/^00/, '')}`];
  for (const text of tries) {
    const parsed = parsePhoneNumberFromString(text, home);
    if (parsed?.isPossible()) return parsed.number;
  }
  return null;
}

const SHORTEST = 7;

/** Drops the plus: `79161234567`. */
export const bareNumber = (e164: string): string => e164.replace(/^\+/, '');
