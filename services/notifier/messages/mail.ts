import { canAnswer, pingMailbox } from '@otklik/channels';
import { type Config, channelOnWait } from '@otklik/config';
import { clientName, type EpochMs, type Person } from '@otklik/domain';
import type { ClaimedNotice, NamedWait, ReplyMail } from '@otklik/store';
import {
  endedTextsOf,
  leftTextsOf,
  listTextsOf,
  lowerFirst,
  mailReplyTextsOf,
  type Texts,
  textsOf,
} from '@otklik/texts';
import { waitOnBoard } from './boardLink.ts';
import { type CadenceMessage, cadenceMessageOf } from './cadence.ts';
import { disputeOf } from './dispute.ts';
import { type Ended, endedOf } from './ended.ts';
import { type LeftMessage, leftOf } from './leftWaiting.ts';
import { listOf } from './list.ts';
import { QUOTED, type ReplyTold, replyToldOf } from './mailReply.ts';
import { pingOf } from './ping.ts';
import { isList, type Told, toldOf } from './told.ts';

export interface Mail {
  readonly subject: string;
  readonly lines: readonly string[];
  /** Mail programs group by it; null: several waits, or none. */
  readonly thread: string | null;
  /** Our mails that it replies to, each by its first notice. */
  readonly under?: readonly string[];
  /** The reader's mail that it replies to. */
  readonly answers?: ReplyMail;
}

/** One mail for these notices; null: there is no wait. */
export function mailOf(
  notices: readonly ClaimedNotice[],
  person: Person,
  config: Config,
  now: EpochMs,
): Mail | null {
  const [only] = notices;
  const replied = only ? replyToldOf(only, person, config) : null;
  if (only && replied) return replyMail(replied, only.wait, person, config);
  const ended = endedOf(notices, person, config, now);
  if (ended.length > 0) return endedMail(ended, notices, person, config);
  const told = toldOf(notices, now);
  const [first] = told;
  if (!first) return null;
  const left = leftOf(first, person, config, now);
  if (left) return leftMail(left, person);
  const cadence = cadenceMessageOf(first, person, config);
  if (cadence) return cadenceMail(cadence, person);
  const dispute = disputeOf(first, person, config);
  if (dispute) return { subject: dispute.title, lines: [dispute.title, '', ...dispute.lines], thread: null };
  return isList(told) ? listMail(told, person, config, now) : pingMail(first, person, config, now);
}

function leftMail({ title, lines, link }: LeftMessage, { locale }: Person): Mail {
  const way = link === null ? [] : ['', `${leftTextsOf(locale).open}: ${link}`];
  return { subject: `🗂 ${title}`, lines: [title, '', ...lines, ...way], thread: null };
}

function cadenceMail({ mark, title, lines, link }: CadenceMessage, { locale }: Person): Mail {
  const way = link === null ? [] : ['', `${leftTextsOf(locale).open}: ${link}`];
  return { subject: `${mark} ${title}`, lines: [title, '', ...lines, ...way], thread: null };
}

function pingMail(told: Told, person: Person, config: Config, now: EpochMs): Mail {
  const ping = pingOf(told, person, config, now);
  const texts = textsOf(person.locale);
  const { wait } = told;
  return {
    subject: subjectOf(wait, config, texts),
    thread: wait.id,
    lines: [
      `${ping.stage === 'breached' ? '🔴' : '⏳'} ${ping.title}`,
      '',
      ...(ping.opening === null ? [] : [ping.opening, '']),
      ...(ping.quote ? [wait.kind === 'call' ? ping.quote : quoted(ping.quote, texts), ''] : []),
      ...(ping.subject ? [ping.subject.title, ...(ping.subject.link ? [ping.subject.link] : [])] : []),
      ...ping.lines,
      ...(ping.link ? ['', `${texts.open}: ${ping.link}`] : []),
      ...onBoard(wait.id, config, texts),
      '',
      canReply(wait, config) ? mailReplyTextsOf(person.locale).hint : texts.noMailReply,
    ],
  };
}

function canReply({ channel: id }: NamedWait, config: Config): boolean {
  const channel = config.channels.get(id);
  return pingMailbox(config) !== null && channel !== undefined && canAnswer(channel);
}

/** Mail programs group by it. */
function subjectOf(wait: NamedWait, config: Config, texts: Texts): string {
  const client = clientName(wait) ?? texts.unnamed;
  const place = channelOnWait(config, wait.channel)?.name ?? wait.channel;
  return `${wait.kind === 'call' ? texts.missedCall(client) : texts.waits(client)} · ${place}`;
}

function replyMail(
  { mark, title, lines, said }: ReplyTold,
  wait: NamedWait | null,
  { locale }: Person,
  config: Config,
): Mail {
  const texts = textsOf(locale);
  const ways = wait === null ? boardLine(config, texts) : waysTo(wait, config, texts);
  return {
    subject: `Re: ${wait === null ? title : subjectOf(wait, config, texts)}`,
    thread: null,
    answers: said.mail,
    lines: [`${mark} ${title}`, ...lines, ...(said.fate === 'sent' ? [] : ['', ...ways])],
  };
}

/** How readers can do it themselves. */
const waysTo = (wait: NamedWait, config: Config, texts: Texts): string[] => [
  ...(wait.link === null ? [] : [`${texts.open}: ${wait.link}`]),
  ...onBoard(wait.id, config, texts),
];

/** In the thread of the ping. */
function endedMail(
  ended: readonly Ended[],
  notices: readonly ClaimedNotice[],
  person: Person,
  config: Config,
): Mail {
  const texts = textsOf(person.locale);
  const under = [...new Set(notices.flatMap(({ ends = [] }) => ends))];
  const [first, ...others] = ended;
  if (first && others.length === 0) {
    const { wait, mark, title, client, place, late } = first;
    return {
      subject: subjectOf(wait, config, texts),
      thread: wait.id,
      under,
      lines: [
        `${mark} ${title}`,
        '',
        `${client} · ${place}`,
        ...(late === null ? [] : [late]),
        ...onBoard(wait.id, config, texts),
      ],
    };
  }
  const title = endedTextsOf(person.locale).several(ended.length);
  const rows = ended.flatMap(({ wait, mark, title, client, place, late }, index) => [
    `${index + 1}. ${mark} ${client} · ${place} · ${[title, late ?? []].flat().map(lowerFirst).join(', ')}`,
    ...onBoard(wait.id, config, texts).map((line) => `   ${line}`),
  ]);
  return { subject: `✅ ${title}`, thread: null, under, lines: [title, '', ...rows] };
}

const onBoard = (waitId: string, config: Config, texts: Texts): string[] => {
  const link = waitOnBoard(config, waitId);
  return link === null ? [] : [`${texts.onBoard}: ${link}`];
};

const boardLine = ({ publicUrl }: Config, texts: Texts): string[] =>
  publicUrl === null ? [] : [`${texts.board}: ${publicUrl}`];

/** The others are counted. */
const MOST_LISTED = 200;

function listMail(told: readonly Told[], person: Person, config: Config, now: EpochMs): Mail {
  const list = listOf(told, person, config, now, MOST_LISTED);
  const texts = textsOf(person.locale);
  return {
    subject: `${list.mark} ${list.title}`,
    thread: null,
    lines: [
      list.title,
      '',
      ...list.rows.flatMap(({ number, mark, client, about, words, link, wait }) => [
        `${number}. ${mark} ${client} · ${about}`,
        ...(words === null ? [] : [`   ${words}`]),
        ...(link === null ? [] : [`   ${texts.open}: ${link}`]),
        ...onBoard(wait, config, texts).map((line) => `   ${line}`),
      ]),
      ...(list.more > 0 ? [listTextsOf(person.locale).more(list.more)] : []),
      ...(list.owed.length > 0 ? ['', ...list.owed] : []),
      ...(list.late === null ? [] : ['', list.late]),
      ...boardLine(config, texts),
      '',
      texts.noMailReply,
    ],
  };
}

/** A client's words must not look like ours. Not «>», which marks quotations in replies. */
const quoted = (text: string, texts: Texts): string =>
  text.includes('\n') ? text.replaceAll(/^/gm, QUOTED) : texts.quoted(text);
