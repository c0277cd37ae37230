import { digitsOf } from '../../provider/phoneNumbers.ts';

/** Who was dialled: a SIP name, a client of the SDK, or a colleague's own number. */
export const nameOf = (address: string): string | null =>
  address.replace(/^(sip|client):/, '').split('@', 1)[0] || null;

/** A client of the SDK, or a SIP address that is a name or an extension and no number from outside. */
export const isColleague = (address: string): boolean =>
  /^client:/.test(address) || (/^sip:/.test(address) && !/^\+?\d{7,}$/.test(nameOf(address) ?? ''));

/** The same, or an account of ours, such as somebody’s mobile. */
export const isOurs = (address: string, accounts: ReadonlySet<string>): boolean =>
  isColleague(address) ||
  accounts.has(address) ||
  [...accounts].some((account) => {
    const digits = digitsOf(account);
    return digits !== null && digits.length >= 7 && digits === digitsOf(address);
  });

/** By `machineDetection`, where it is on: a person is `human`, and whatever else there is `unknown`. */
export const isMachine = (answeredBy: string | undefined): boolean => /^(machine|fax)/.test(answeredBy ?? '');
