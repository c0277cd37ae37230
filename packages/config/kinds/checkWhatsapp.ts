import type { Checking, Entry } from '../checking.ts';
import { subjectOf } from '../subjects.ts';
import type { WrittenAs } from './index.ts';

/** One account, one channel: two linked sessions of ours would count every message twice. */
export function checkWhatsapp(
  entries: readonly Entry<WrittenAs<'whatsapp'>>[],
  { document, report }: Checking,
): void {
  const phones = new Set<string>();
  for (const { path, value } of entries) {
    if (phones.has(value.phone)) {
      report(
        [...path, 'phone'],
        `${subjectOf(path, document.value)}: its number belongs to another channel already`,
        'One account, one channel: remove one of the two',
      );
    }
    phones.add(value.phone);
  }
}
