import type { Checking, Entry } from '../checking.ts';
import { subjectOf } from '../subjects.ts';
import type { WrittenAs } from './index.ts';

/** One mailbox, one channel. */
export function checkEmail(
  entries: readonly Entry<WrittenAs<'email'>>[],
  { document, report }: Checking,
): void {
  const seen = new Set<string>();
  for (const { path, value } of entries) {
    const { hostname, username } = new URL(value.imap.reveal());
    const mailbox = `${username}@${hostname}`.toLowerCase();
    if (seen.has(mailbox)) {
      report(
        [...path, 'imap'],
        `${subjectOf(path, document.value)}: its mailbox belongs to another channel already`,
        'One mailbox, one channel: its other addresses stand in  also',
      );
    }
    seen.add(mailbox);
  }
}
