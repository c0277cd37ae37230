import type { Checking } from './checking.ts';
import { schemaAt } from './configSchema.ts';
import type { Path } from './fault.ts';
import { pathKey } from './parseYaml.ts';
import { nameOf } from './subjects.ts';
import type { Config } from './types.ts';

/** Secrets that stand in the file itself: whoever reads the file, its backup or its history has them. */
export function warnOfLiteralSecrets({ document, warn }: Checking): void {
  const visit = (value: unknown, path: Path): void => {
    if (value !== null && typeof value === 'object') {
      for (const [key, inner] of Object.entries(value))
        visit(inner, [...path, Array.isArray(value) ? Number(key) : key]);
    } else if (typeof value === 'string' && isLiteralSecret(value, path)) {
      const key = path.at(-1);
      warn(
        path,
        `${nameOf(path, document)} stands in the file itself`,
        `Write  ${key}: env:NAME  or  ${key}: file:PATH`,
      );
    }
  };
  const isLiteralSecret = (text: string, path: Path): boolean => {
    if (document.references.has(pathKey(path)) || schemaAt(path, document.value)?.writeOnly !== true)
      return false;
    return path.at(-1) !== 'smtp' || (URL.parse(text)?.password ?? '') !== '';
  };
  visit(document.value, []);
}

/** People behind channels whom no ping can reach. */
export function warnOfUnreachable(config: Config, { warn }: Checking): void {
  const { telegram, email, webhook } = config.notify;
  if (!telegram && !email && !webhook) {
    warn(
      ['notify'],
      'notify names no way to reach people: waits show on the board only',
      'Write  notify: { telegram: { token: env:OTKLIK_BOT_TOKEN } }',
    );
    return;
  }
  if (webhook) return;
  const asked = new Set(
    [...config.channels.values()].flatMap(({ owner, duty, deputies, head }) => [
      owner,
      ...duty.flatMap(({ who }) => who),
      ...deputies,
      head,
    ]),
  );
  for (const [index, person] of [...config.people.values()].entries()) {
    const reachable = (telegram && person.telegram !== null) || (email && person.email !== null);
    if (reachable || !asked.has(person.id)) continue;
    const ways = [telegram ? 'telegram' : null, email ? 'email' : null]
      .filter((way) => way !== null)
      .join(' or ');
    warn(['people', index], `person "${person.id}": no ping can reach them`, `Write their  ${ways}`);
  }
}
