import { field, type Reading } from './fields.ts';
import { type Secret, secret } from './secret.ts';

/** A provider's token, key or password: visible ASCII. */
export function providerSecretField(description: string, example: string) {
  const read = (text: string): Reading<Secret> =>
    /^[\x21-\x7e]{4,}$/.test(text)
      ? { value: secret(text) }
      : { problem: 'must be 4 visible ASCII characters and more' };
  return field(read, { description, examples: [example], writeOnly: true });
}

/** The secret that stands in the address of a webhook, of providers that sign nothing. */
export function addressKeyField(example: string) {
  const read = (text: string): Reading<Secret> =>
    /^[\w-]{16,}$/.test(text)
      ? { value: secret(text) }
      : { problem: 'must be 16 letters, digits, - and _ or more, so that it fits into an address' };
  return field(read, {
    description: 'At least 16 letters and digits of your own: ?key=… in the address of the webhook.',
    examples: [example],
    writeOnly: true,
  });
}

/** An account’s number at a provider. */
export function accountNumberField(description: string, example: string) {
  const pattern = '^\\d{1,20}$';
  const read = (text: string): Reading<string> =>
    new RegExp(pattern).test(text)
      ? { value: text }
      : { problem: 'is no number (digits only)', remedy: 'Write it in quotes' };
  return field(read, { description, examples: [example], pattern });
}
