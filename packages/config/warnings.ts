import { judgesOf, PERSONAL_TRANSPORTS, waysOf } from '@otklik/domain';
import type { Checking } from './checking.ts';
import { schemaAt } from './configSchema.ts';
import type { Path } from './fault.ts';
import { pathKey } from './parseYaml.ts';
import { lookUp, nameOf } from './subjects.ts';
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
    if (document.references.has(pathKey(path)) || schemaAt(path, document)?.writeOnly !== true) return false;
    return path.at(-1) !== 'smtp' || (URL.parse(text)?.password ?? '') !== '';
  };
  visit(document.value, []);
}

/** People behind channels whom no ping can reach. A webhook reaches nobody by itself. */
export function warnOfUnreachable(config: Config, { document, warn }: Checking): void {
  const { telegram, email, webhook } = config.notify;
  if (!telegram && !email && !webhook) {
    warn(
      ['notify'],
      'notify names no way to reach people: waits show on the board only',
      'Write  notify: { telegram: { token: env:OTKLIK_BOT_TOKEN } }',
    );
    return;
  }
  const offered = PERSONAL_TRANSPORTS.filter((way) => config.notify[way] !== null);
  if (offered.length === 0) return;
  const asked = new Set(
    [...config.channels.values()].flatMap(({ owner, duty, deputies, head }) => [
      owner,
      ...duty.flatMap(({ who }) => who),
      ...deputies,
      head,
    ]),
  );
  for (const [index, person] of [...config.people.values()].entries()) {
    if (waysOf(person, offered).length > 0 || !asked.has(person.id)) continue;
    const ways = person.reach.filter((way) => offered.includes(way)).join(' or ') || offered.join(' or ');
    warn(['people', index], `person "${person.id}": no ping can reach them`, `Write their  ${ways}`);
  }
  const written: readonly Path[] = [
    ['reach'],
    ...[...config.people.keys()].map((_, index) => ['people', index, 'reach']),
  ];
  for (const path of written) {
    const ways = lookUp(document.value, path);
    for (const [place, way] of Array.isArray(ways) ? ways.entries() : [])
      if (!offered.some((each) => each === way))
        warn(
          [...path, place],
          `${nameOf([...path, place], document)} is not under notify: nobody is reached by it`,
          `Remove it, or write  notify: { ${way}: … }`,
        );
  }
}

/** Owners whose «Не моя вина» nobody of the company could judge: only an admin's access can, and nobody tells them. */
export function warnOfNoJudge(config: Config, { document, warn }: Checking): void {
  for (const [index, channel] of [...config.channels.values()].entries()) {
    if (judgesOf(channel, config.people, { disputer: channel.owner, owner: channel.owner }).length > 0)
      continue;
    const path = ['channels', index, 'owner'];
    warn(
      path,
      `${nameOf(path, document)} is their own only head: a breach that they dispute only an admin can judge`,
      'Name another person with  role: head',
    );
  }
}
