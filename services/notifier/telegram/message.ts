import { createHash } from 'node:crypto';
import { callBackOf, channelOf } from '@otklik/channels';
import type { Config } from '@otklik/config';
import type { Locale, Person } from '@otklik/domain';
import type { NamedWait } from '@otklik/store';
import { disputeTextsOf, type Texts, textsOf } from '@otklik/texts';
import { type Colleague, colleagueLabel } from '../messages/colleagues.ts';
import { cut } from '../messages/cut.ts';
import type { Ping } from '../messages/ping.ts';
import { type Press, pressData } from './press.ts';

export interface Button {
  readonly text: string;
  readonly callback_data?: string;
  readonly url?: string;
}

export interface TelegramMessage {
  readonly text: string;
  readonly reply_markup: { readonly inline_keyboard: readonly (readonly Button[])[] };
}

const MARK = { warned: '⏳', breached: '🔴', closed: '✅', joined: '🔗' } as const;

/** UTF-16 units: all fits into Telegram's 4,096. */
const MOST_TITLE = 300;
const MOST_QUOTE = 1_000;

/** A ping as HTML with buttons. */
export function telegramMessage(
  noticeId: string,
  ping: Ping,
  wait: NamedWait,
  reader: Person,
  config: Config,
): TelegramMessage {
  const texts = textsOf(reader.locale);
  const channel = config.channels.get(wait.channel);
  const isOver = ping.stage === 'closed' || ping.stage === 'joined';
  const canReply = !isOver && channel !== undefined && channelOf(channel).send !== undefined;
  const text = [
    ...(ping.opening === null ? [] : [`<b>${escapeHtml(ping.opening)}</b>`]),
    `${MARK[ping.stage]} <b>${escapeHtml(cut(ping.title, MOST_TITLE))}</b>`,
    ...(ping.quote ? [`<blockquote>${escapeHtml(cut(ping.quote, MOST_QUOTE))}</blockquote>`] : []),
    ...subjectLine(ping),
    ...ping.lines.map((line) => escapeHtml(cut(line, MOST_TITLE))),
    ...linkLine(ping, texts),
    ...(canReply ? [`<i>${escapeHtml(texts.replyHint)}</i>`] : []),
  ].join('\n');
  return {
    text,
    reply_markup: {
      inline_keyboard: isOver
        ? [...blame(noticeId, wait, reader), ...openChat(ping, texts)]
        : [
            ...actions(noticeId, callBackOf(wait, reader.id, config) !== null, ping.isMine, texts),
            ...openChat(ping, texts),
          ],
    },
  };
}

const actions = (noticeId: string, canCall: boolean, isMine: boolean, texts: Texts): Button[][] => {
  const press = (text: string, press: Press): Button => ({ text, callback_data: pressData(press) });
  return [
    ...(canCall ? [[press(`📞 ${texts.callBack}`, { does: 'call', notice: noticeId })]] : []),
    [
      isMine
        ? press(texts.release, { does: 'release', notice: noticeId })
        : press(texts.take, { does: 'acknowledge', notice: noticeId }),
      press(texts.noReply, { does: 'no_reply', notice: noticeId }),
    ],
    [press(texts.handOver, { does: 'choose', notice: noticeId, page: 1 })],
  ];
};

/** The owner can dispute a late answer once. */
function blame(notice: string, wait: NamedWait, reader: Person): Button[][] {
  const theirs =
    wait.owner === reader.id && wait.breached_at !== null && wait.voided_at === null && !wait.disputed;
  if (!theirs) return [];
  const text = disputeTextsOf(reader.locale).dispute;
  return [[{ text, callback_data: pressData({ does: 'why', notice }) }]];
}

/** Telegram takes 100 buttons at most. */
const COLLEAGUES_A_PAGE = 15;

/** The message with a page of colleagues as buttons. The first page is 1. */
export function chooseWhom(
  message: TelegramMessage,
  noticeId: string,
  colleagues: readonly Colleague[],
  asked: number,
  locale: Locale,
): TelegramMessage {
  const texts = textsOf(locale);
  const pages = Math.max(1, Math.ceil(colleagues.length / COLLEAGUES_A_PAGE));
  const page = Math.min(asked, pages);
  const shown = colleagues.slice((page - 1) * COLLEAGUES_A_PAGE, page * COLLEAGUES_A_PAGE);
  const rows: Button[][] = shown.map((colleague) => [
    {
      text: colleagueLabel(colleague, locale),
      callback_data: pressData({ does: 'hand_over', notice: noticeId, to: colleague.id }),
    },
  ]);
  const to = (other: number, text: string): Button => ({
    text,
    callback_data: pressData({ does: 'choose', notice: noticeId, page: other }),
  });
  const turns = [
    ...(page > 1 ? [to(page - 1, `← ${page - 1}/${pages}`)] : []),
    ...(page < pages ? [to(page + 1, `${page + 1}/${pages} →`)] : []),
  ];
  if (turns.length > 0) rows.push(turns);
  const back = [{ text: texts.back, callback_data: pressData({ does: 'back', notice: noticeId }) }];
  return {
    text: `${message.text}\n\n<b>${escapeHtml(texts.chooseWhom)}</b>`,
    reply_markup: { inline_keyboard: [...rows, back] },
  };
}

/**
 * Telegram refuses the whole message for a button with `tel:`, `localhost`, or `tg://user` of a private account. In
 * the text they do no harm.
 */
function openChat(ping: Ping, texts: Texts): Button[][] {
  const url = webLink(ping.link);
  return url === null ? [] : [[{ text: texts.open, url }]];
}

function linkLine(ping: Ping, texts: Texts): string[] {
  if (ping.link === null || webLink(ping.link) !== null) return [];
  // Telegram drops `tel:` links, and makes its own of a bare number.
  const number = /^tel:(\+\d+)$/.exec(ping.link)?.[1];
  if (number !== undefined) return [escapeHtml(texts.dial(number))];
  // Others are dropped silently (an intranet host, `mailto:`): text can be copied.
  return /^tg:/i.test(ping.link)
    ? [`<a href="${escapeAttribute(ping.link)}">${escapeHtml(texts.open)}</a>`]
    : [escapeHtml(`${texts.open}: ${cut(ping.link, MOST_TITLE)}`)];
}

function subjectLine({ subject }: Ping): string[] {
  if (!subject) return [];
  const title = escapeHtml(cut(subject.title, MOST_TITLE));
  const link = webLink(subject.link);
  return [link === null ? title : `<a href="${escapeAttribute(link)}">${title}</a>`];
}

/** As parsed: browsers take `https:example.ru`, Telegram does not. */
export function webLink(link: string | null): string | null {
  const url = link === null ? null : URL.parse(link);
  const isWeb =
    url !== null && /^https?:$/.test(url.protocol) && /\.([a-z]+|xn--[a-z0-9-]+)$/.test(url.hostname);
  return isWeb ? url.href : null;
}

/** For when Telegram refuses the message. */
export function withoutLinks<Message extends TelegramMessage>(message: Message): Message {
  const rows = message.reply_markup.inline_keyboard.map((row) => row.filter(({ url }) => url === undefined));
  return {
    ...message,
    text: message.text.replaceAll(/<a href="[^"]*">([^<]*)<\/a>/g, '$1'),
    reply_markup: { inline_keyboard: rows.filter((row) => row.length > 0) },
  };
}

/** Tells whether an edit would change anything. */
export const digestOf = ({ text, reply_markup }: TelegramMessage): string =>
  createHash('sha256').update(JSON.stringify({ text, reply_markup })).digest('base64url');

/** https://core.telegram.org/bots/api#html-style */
export const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

export const escapeAttribute = (text: string): string => escapeHtml(text).replaceAll('"', '&quot;');
