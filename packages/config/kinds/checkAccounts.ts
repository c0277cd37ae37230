import type { Checking, Entry } from '../checking.ts';
import { subjectOf } from '../subjects.ts';

/** One account at a provider, one channel. `key` is the entry's key that names the account, `name` what it says. */
export function checkAccounts<Value>(
  entries: readonly Entry<Value>[],
  key: string,
  name: (value: Value) => string,
  { document, report }: Checking,
): void {
  const seen = new Set<string>();
  for (const { path, value } of entries) {
    if (seen.has(name(value)))
      report(
        [...path, key],
        `${subjectOf(path, document.value)}: its account belongs to another channel already`,
        'One account, one channel',
      );
    seen.add(name(value));
  }
}
