import { field, type Reading } from '../fields.ts';
import { type Secret, secret } from '../secret.ts';

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

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

const DATABASES = ['mysql:', 'mariadb:', 'postgres:', 'postgresql:'];

/** Another program's database, with the user and the password in it. `?cdr=…&cel=…` names tables that are called otherwise. */
export function databaseAddressField(description: string, example: string) {
  const read = (text: string): Reading<Secret> => {
    const url = URL.parse(text);
    if (url === null || !DATABASES.includes(url.protocol) || url.hostname === '' || url.pathname.length < 2)
      return {
        problem: 'is no address of a database',
        remedy: 'Write  mysql://user:password@host:3306/asteriskcdrdb  (or postgres://…)',
      };
    if (!isDecodable(url.username + url.password + url.pathname))
      return { problem: 'has a % that is no part of a %40', remedy: 'Write  %25  for it' };
    const tables = ['cdr', 'cel'].flatMap((name) => url.searchParams.get(name) ?? []);
    return tables.every((name) => /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)?$/.test(name))
      ? { value: secret(text) }
      : { problem: 'names a table by more than letters, digits and _' };
  };
  return field(read, { description, examples: [example], writeOnly: true });
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
