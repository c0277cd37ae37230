import { field, type Reading, type Secret, secret } from '@otklik/config/kind';

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
