import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min';

/**
 * An address without its scheme, its host and what a display name adds: `"Пётр" <sip:site-7@vpbx1.mangosip.ru>` is `site-7`,
 * and a number stays what it is. Digits of a host are none of a number's.
 */
export const bareAddress = (written: string): string => {
  const [, inside = written] = /<([^<>]*)>/.exec(written) ?? [];
  return (
    inside
      .trim()
      .replace(/^(sips?|tel):/i, '')
      .split(/[@;]/, 1)[0] ?? ''
  ).trim();
};

/** The digits of a number, whatever signs stand between them; null of a name, with digits in it or without, and of two numbers. */
export const digitsOf = (written: string): string | null => {
  const bare = bareAddress(written).replaceAll(/[^\p{L}\p{N},/]/gu, '');
  return /^\d+$/.test(bare) ? bare : null;
};

/** The digits of the first of our lines that is a number and no name; null where there is none. */
export const firstNumber = (numbers: readonly string[]): string | null =>
  numbers.map(digitsOf).find((digits) => digits !== null) ?? null;

/** A number that is shorter is a colleague's extension. */
const SHORTEST_OUTSIDE = 5;

/** Whether a number is one of the exchange's own telephones: a call between two of them is nobody's turn. 0 stands for a hidden one. */
export const isExtension = (written: string): boolean => {
  const digits = digitsOf(written);
  return digits !== null && digits.length < SHORTEST_OUTSIDE && /[1-9]/.test(digits);
};

/** A number of a city without its code; a shorter one may be an exchange's own. */
const SHORTEST_CITY = 6;

/**
 * Whether two names of a line mean one: numbers by their last ten digits, as they are written with and without the plus, or as
 * 8, or of a city without its code; names as they are, with or without their host.
 */
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
 * A number as an exchange writes it, as E.164 with the plus sign; null when it is hidden, an extension or no number.
 * Exchanges leave out the plus (`79…`), or write the trunk prefix of their country (`8…`).
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

/** As most exchanges want it: `79161234567`. */
export const bareNumber = (e164: string): string => e164.replace(/^\+/, '');
