import type { Locale } from '@otklik/domain';
import { leftTextsOf } from '@otklik/texts';
import type { LeftMessage } from '../messages/leftWaiting.ts';
import { escapeHtml, type TelegramMessage, webLink } from './message.ts';

/** With a link to the board. */
export function leftMessage({ title, lines, link }: LeftMessage, locale: Locale): TelegramMessage {
  const url = webLink(link);
  const { open } = leftTextsOf(locale);
  return {
    text: [
      `🗂 <b>${escapeHtml(title)}</b>`,
      ...lines.map(escapeHtml),
      ...(link !== null && url === null ? [escapeHtml(`${open}: ${link}`)] : []),
    ].join('\n'),
    reply_markup: { inline_keyboard: url === null ? [] : [[{ text: open, url }]] },
  };
}
