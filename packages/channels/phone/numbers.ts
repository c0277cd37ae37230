import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min';

/**
 * A number as an exchange writes it, as E.164 with the plus sign; null when it is hidden, an extension or no number.
 * Exchanges leave out the plus (`79…`), or write the trunk prefix of their country (`8…`).
 */
export function toE164(written: string, country: string): string | null {
  const digits = written.replaceAll(/[^\d+]/g, '');
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
