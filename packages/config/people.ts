import type { Locale, Person, PersonalTransport } from '@otklik/domain';
import type { Checking } from './checking.ts';
import { childValue } from './configSchema.ts';
import type { PersonEntry } from './schema.ts';
import { lookUp, nameOf } from './subjects.ts';

/** No two people share an id or a Telegram account: a press on a button must tell who pressed. */
export function checkPeople(checking: Checking): void {
  checkUnique('people', 'id', checking);
  checkUnique('people', 'telegram', checking);
}

/** Reports every entry of a list that repeats an earlier one's value of `key`. */
export function checkUnique(
  section: 'people' | 'channels',
  key: string,
  { document, report }: Checking,
): void {
  const seen = new Set<string>();
  const noun = section === 'people' ? 'person' : 'channel';
  const entries = lookUp(document.value, [section]);
  for (const [index, entry] of Array.isArray(entries) ? entries.entries() : []) {
    const value = childValue(entry, key);
    if (typeof value !== 'string' && typeof value !== 'number') continue;
    const path = [section, index, key];
    // A number from the environment is a text: the same Telegram id all the same.
    if (seen.has(String(value))) {
      report(path, `${nameOf(path, document)} belongs to another ${noun} already`, 'Change one of the two');
    }
    seen.add(String(value));
  }
}

export function personFrom(
  entry: PersonEntry,
  company: { locale: Locale; timezone: string; reach: readonly PersonalTransport[] },
): Person {
  return {
    id: entry.id,
    name: entry.name,
    role: entry.role,
    telegram: entry.telegram ?? null,
    email: entry.email ?? null,
    locale: entry.locale ?? company.locale,
    timezone: entry.timezone ?? company.timezone,
    away: entry.away,
    quiet: entry.quiet ?? null,
    steppedOut: null,
    reach: entry.reach ?? company.reach,
    deadEnds: [],
  };
}
