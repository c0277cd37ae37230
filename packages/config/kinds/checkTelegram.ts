import type { Checking, Entry } from '../checking.ts';
import { lookUp, subjectOf } from '../subjects.ts';
import type { WrittenAs } from './index.ts';

/** One bot, one channel; and what `receive: webhook` cannot do without. */
export function checkTelegram(
  entries: readonly Entry<WrittenAs<'telegram'>>[],
  { document, report }: Checking,
): void {
  const tokens = new Set<string>();
  for (const { path, value } of entries) {
    const subject = subjectOf(path, document.value);
    if (tokens.has(value.token.reveal())) {
      report(
        [...path, 'token'],
        `${subject}: its bot belongs to another channel already`,
        'One bot, one channel: make a second bot with @BotFather',
      );
    }
    tokens.add(value.token.reveal());
    if (value.receive !== 'webhook') continue;
    if (lookUp(document.value, ['public_url']) == null) {
      report(
        [...path, 'receive'],
        `${subject}: receive: webhook needs public_url`,
        'Write  public_url: https://…  at the top, or  receive: polling',
      );
    }
    if (value.secret === undefined) {
      report(
        [...path, 'receive'],
        `${subject}: receive: webhook needs a secret`,
        'Write  secret: env:TELEGRAM_WEBHOOK_SECRET',
      );
    }
  }
}
