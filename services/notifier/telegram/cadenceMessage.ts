import type { Locale } from '@otklik/domain';
import { leftTextsOf } from '@otklik/texts';
import type { CadenceMessage } from '../messages/cadence.ts';
import { escapeHtml, type TelegramMessage, webLink } from './message.ts';

/** With a link to the wait on the board. */
export function cadenceMessage(
  { mark, title, lines, link }: CadenceMessage,
  locale: Locale,
): TelegramMessage {
  const url = webLink(link);
  return {
    text: [`${mark} <b>${escapeHtml(title)}</b>`, ...lines.map(escapeHtml)].join('\n'),
    reply_markup: { inline_keyboard: url === null ? [] : [[{ text: leftTextsOf(locale).open, url }]] },
  };
}
