import type { Checking, Entry } from '../checking.ts';
import { subjectOf } from '../subjects.ts';
import type { WrittenAs } from './index.ts';

/** One number, one channel. */
export function checkWhatsappCloud(
  entries: readonly Entry<WrittenAs<'whatsapp_cloud'>>[],
  { document, report }: Checking,
): void {
  const seen = new Set<string>();
  for (const { path, value } of entries) {
    if (seen.has(value.phone_number_id)) {
      report(
        [...path, 'phone_number_id'],
        `${subjectOf(path, document.value)}: its number belongs to another channel already`,
        'One number, one channel',
      );
    }
    seen.add(value.phone_number_id);
  }
}
