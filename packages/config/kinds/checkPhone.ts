import type { Checking, Entry } from '../checking.ts';
import { subjectOf } from '../subjects.ts';
import type { WrittenAs } from './index.ts';
import type { PhoneProvider } from './phone.ts';

const KEY_NAMES = ['account', 'secret', 'token', 'key', 'cdr'] as const;
type Key = (typeof KEY_NAMES)[number];

/** What each provider cannot do without, and what it takes besides, all of it or nothing: see docs/channels/phone. */
const KEYS: Readonly<
  Record<PhoneProvider, { readonly needs: readonly Key[]; readonly takes: readonly Key[] }>
> = {
  mango: { needs: ['account', 'secret'], takes: [] },
  zadarma: { needs: ['account', 'secret'], takes: [] },
  uis: { needs: ['key'], takes: ['token'] },
  megafon: { needs: ['secret'], takes: ['account', 'token'] },
  beeline: { needs: ['key', 'token'], takes: [] },
  sipuni: { needs: ['key'], takes: ['account', 'secret'] },
  onlinepbx: { needs: ['key', 'account'], takes: ['token'] },
  asterisk: { needs: ['account', 'secret'], takes: ['cdr'] },
  twilio: { needs: ['account', 'secret'], takes: [] },
  bitrix24: { needs: ['token'], takes: [] },
};

/** Each provider has what it needs, and one number belongs to one channel. */
export function checkPhone(
  entries: readonly Entry<WrittenAs<'phone'>>[],
  { document, report }: Checking,
): void {
  const owned = new Set<string>();
  for (const { path, value } of entries) {
    const subject = subjectOf(path, document.value);
    const { needs, takes } = KEYS[value.provider];
    for (const key of KEY_NAMES) {
      if (needs.includes(key) && value[key] === undefined)
        report(
          path,
          `${subject}: ${value.provider} needs  ${key}`,
          'docs/channels/phone says where it is found',
        );
      if (value[key] !== undefined && !needs.includes(key) && !takes.includes(key))
        report([...path, key], `${subject}: ${value.provider} has no use for  ${key}`, 'Remove it');
    }
    if (value.context !== undefined && value.provider !== 'asterisk')
      report([...path, 'context'], `${subject}: ${value.provider} has no use for  context`, 'Remove it');
    const given = takes.filter((key) => value[key] !== undefined);
    const [missing] = takes.filter((key) => !given.includes(key));
    if (given.length > 0 && missing !== undefined)
      report(
        path,
        `${subject}: ${value.provider} reads its list of calls and calls back with  ${takes.join(', ')}  together, and  ${missing}  is missing`,
        `Add  ${missing}, or remove  ${given.join(', ')}`,
      );
    for (const number of value.numbers) {
      // A line may have a name, in which digits are no number.
      const line = /\p{L}/u.test(number) ? number.toLowerCase() : number.replaceAll(/\D/g, '');
      const name = `${value.provider} ${value.account ?? ''} ${line}`;
      if (owned.has(name))
        report(
          [...path, 'numbers'],
          `${subject}: ${number} belongs to another channel already`,
          'One number, one channel',
        );
      owned.add(name);
    }
  }
}
