import type { Locale } from '@otklik/domain';
import { listTextsOf } from '@otklik/texts';
import type { ListRow, PingList, WaitsPage } from '../messages/list.ts';
import { type Button, escapeAttribute, escapeHtml, type TelegramMessage, webLink } from './message.ts';
import { type Press, pressData } from './press.ts';

export const MOST_LISTED = 10;
const BUTTONS_A_ROW = 4;
/** Phones cut longer labels. */
const LONG_BUTTONS_A_ROW = 2;

/** With a «Беру» for each open wait. */
export function listMessage(list: PingList, locale: Locale): TelegramMessage {
  const texts = listTextsOf(locale);
  const buttons = (of: (row: ListRow) => Press | null, label: (number: number) => string) =>
    list.rows.flatMap((row) => {
      const press = of(row);
      return press === null ? [] : [{ text: label(row.number), callback_data: pressData(press) }];
    });
  const takes = buttons(
    ({ acknowledges }) => (acknowledges === null ? null : { does: 'acknowledge', notice: acknowledges }),
    texts.take,
  );
  const blames = buttons(
    ({ blames }) => (blames === null ? null : { does: 'why', notice: blames }),
    texts.blame,
  );
  const text = [
    ...head(list),
    ...(list.more > 0 ? [texts.more(list.more)] : []),
    ...list.owed.map(escapeHtml),
    ...(list.late === null ? [] : [escapeHtml(list.late)]),
    ...(takes.length > 0 ? [`<i>${escapeHtml(texts.takeHint)}</i>`] : []),
  ].join('\n');
  return {
    text,
    reply_markup: {
      inline_keyboard: [...inRows(takes, BUTTONS_A_ROW), ...inRows(blames, LONG_BUTTONS_A_ROW)],
    },
  };
}

/** With a «Беру» for each, and buttons to other pages. */
export function waitsMessage(list: WaitsPage, locale: Locale): TelegramMessage {
  const texts = listTextsOf(locale);
  const takes = list.rows.flatMap(({ number, acknowledges: wait }): Button[] =>
    wait === null
      ? []
      : [{ text: texts.take(number), callback_data: pressData({ does: 'acknowledge_wait', wait }) }],
  );
  const to = (page: number, text: string): Button => ({
    text,
    callback_data: pressData({ does: 'page', page }),
  });
  const span = (page: number) => [(page - 1) * MOST_LISTED + 1, page * MOST_LISTED] as const;
  const turns = [
    ...(list.page > 1 ? [to(list.page - 1, texts.earlier(...span(list.page - 1)))] : []),
    to(list.page, texts.again),
    ...(list.page < list.pages ? [to(list.page + 1, texts.later(...span(list.page + 1)))] : []),
  ];
  const text = [
    ...head(list),
    ...list.owed.map(escapeHtml),
    ...(takes.length > 0 ? [`<i>${escapeHtml(texts.takeHint)}</i>`] : []),
  ].join('\n');
  return { text, reply_markup: { inline_keyboard: [...inRows(takes, BUTTONS_A_ROW), turns] } };
}

const head = ({ mark, title, rows }: Pick<PingList, 'mark' | 'title' | 'rows'>): string[] => [
  `${mark} <b>${escapeHtml(title)}</b>`,
  ...rows.flatMap(linesOf),
];

function linesOf({ number, mark, client, about, words, link }: ListRow): string[] {
  const url = webLink(link);
  const name =
    url === null ? escapeHtml(client) : `<a href="${escapeAttribute(url)}">${escapeHtml(client)}</a>`;
  return [
    `${number}. ${mark} <b>${name}</b> · ${escapeHtml(about)}`,
    ...(words === null ? [] : [`<i>${escapeHtml(words)}</i>`]),
  ];
}

const inRows = (buttons: readonly Button[], most: number): Button[][] =>
  Array.from({ length: Math.ceil(buttons.length / most) }, (_, row) =>
    buttons.slice(row * most, (row + 1) * most),
  );
