import type { Checking } from './checking.ts';
import type { Path } from './fault.ts';
import { nearest } from './nearest.ts';
import { idsIn, subjectOf } from './subjects.ts';

type Accounts = ReadonlyMap<string, readonly string[]>;

/** One account or several, as written, by the id of a person. */
export const accountsFrom = (written: Readonly<Record<string, string | readonly string[]>>): Accounts =>
  new Map(
    Object.entries(written).map(([id, held]) => [id, [...new Set(typeof held === 'string' ? [held] : held)]]),
  );

/** Each account is a known person's, and nobody else's: it must tell who answered. `path` leads to the accounts of one channel. */
export function checkAccountsOfPeople(path: Path, accounts: Accounts, { document, report }: Checking): void {
  const ids = idsIn(document.value, 'people');
  const subject = subjectOf(path, document.value);
  const holders = new Map<string, string>();
  for (const [id, held] of accounts) {
    if (!ids.includes(id)) {
      const meant = nearest(id, ids);
      const question = meant === null ? '' : `Did you mean ${meant}? `;
      const known = ids.length === 0 ? '' : `  (${[...new Set(ids)].join(', ')})`;
      report(
        [...path, id],
        `${subject}: accounts: "${id}" names nobody`,
        `${question}Write  accounts: { <id of a person>: ${JSON.stringify(held[0])} }${known}`,
        'key',
      );
    }
    for (const account of held) {
      const holder = holders.get(account);
      if (holder !== undefined)
        report(
          [...path, id],
          `${subject}: accounts: "${account}" is ${holder}’s already`,
          'Leave it to one of the two',
        );
      else holders.set(account, id);
    }
  }
}
