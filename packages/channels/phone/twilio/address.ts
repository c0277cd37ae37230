import { digitsOf } from '../../provider/phoneNumbers.ts';

/** A SIP name, an SDK client or a number; null when empty. */
export const nameOf = (address: string): string | null =>
  address.replace(/^(sip|client):/, '').split('@', 1)[0] || null;

/** An SDK client, or a SIP name or extension that is no outside number. */
export const isColleague = (address: string): boolean =>
  /^client:/.test(address) || (/^sip:/.test(address) && !/^\+?\d{7,}$/.test(nameOf(address) ?? ''));

/** A colleague, or an account such as a mobile. */
export const isOurs = (address: string, accounts: ReadonlySet<string>): boolean =>
  isColleague(address) ||
  accounts.has(address) ||
  [...accounts].some((account) => {
    const digits = digitsOf(account);
    return digits !== null && digits.length >= 7 && digits === digitsOf(address);
  });

/** `machineDetection`: a person is `human`, the rest `unknown`. */
export const isMachine = (answeredBy: string | undefined): boolean => /^(machine|fax)/.test(answeredBy ?? '');
