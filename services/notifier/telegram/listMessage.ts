import type { Locale } from '@otklik/domain';
import type { ListRow, PingList } from '../words/list.ts';
import { listTextsOf } from '../words/listTexts.ts';
import { type Button, escapeHtml, type TelegramMessage } from './message.ts';
import { pressData } from './press.ts';

/** So many clients are named in one message; the others are counted. */
export const MOST_LISTED = 10;
const BUTTONS_A_ROW = 4;

/** A list as a Telegram message: HTML, a «Беру» below for each of those who wait. */
export function listMessage(list: PingList, locale: Locale): TelegramMessage {
  const texts = listTextsOf(locale);
  const takes = list.rows.flatMap(({ number, takes }): Button[] =>
    takes === null
      ? []
      : [{ text: texts.take(number), callback_data: pressData({ does: 'take', notice: takes }) }],
  );
  const text = [
    `${list.mark} <b>${escapeHtml(list.title)}</b>`,
    ...list.rows.map(lineOf),
    ...(list.more > 0 ? [texts.more(list.more)] : []),
    ...(list.late === null ? [] : [escapeHtml(list.late)]),
    ...(takes.length > 0 ? [`<i>${escapeHtml(texts.takeHint)}</i>`] : []),
  ].join('\n');
  return { text, reply_markup: { inline_keyboard: inRows(takes) } };
}

const lineOf = ({ number, mark, client, about }: ListRow): string =>
  `${number}. ${mark} <b>${escapeHtml(client)}</b> · ${escapeHtml(about)}`;

const inRows = (buttons: readonly Button[]): Button[][] =>
  Array.from({ length: Math.ceil(buttons.length / BUTTONS_A_ROW) }, (_, row) =>
    buttons.slice(row * BUTTONS_A_ROW, (row + 1) * BUTTONS_A_ROW),
  );
