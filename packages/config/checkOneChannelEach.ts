import type { Checking, Entry } from './checking.ts';
import { subjectOf } from './subjects.ts';

/**
 * One account at a provider, one channel. `key` is the entry's key that names the account, `name` what it says; `what` and
 * `remedy` are for the fault.
 */
export function checkOneChannelEach<Written>(
  entries: readonly Entry<Written>[],
  {
    key,
    name,
    what = 'account',
    remedy = 'One account, one channel',
  }: {
    readonly key: string;
    readonly name: (entry: Written) => string;
    readonly what?: string;
    readonly remedy?: string;
  },
  { document, report }: Checking,
): void {
  const seen = new Set<string>();
  for (const { path, value } of entries) {
    if (seen.has(name(value)))
      report(
        [...path, key],
        `${subjectOf(path, document.value)}: its ${what} belongs to another channel already`,
        remedy,
      );
    seen.add(name(value));
  }
}
