import { randomUUID } from 'node:crypto';
import { canAnswer, pingMailbox } from '@otklik/channels';
import { type Config, channelOnWait, senderOf } from '@otklik/config';
import { clientName, type EpochMs, type Person } from '@otklik/domain';
import type { ClaimedNotice, NamedWait, ReplyMail } from '@otklik/store';
import { createTransport, type Transporter } from 'nodemailer';
import { escapeHtml } from '../telegram/message.ts';
import { waitOnBoard } from '../words/boardLink.ts';
import { disputeOf } from '../words/dispute.ts';
import { type Ended, endedOf, endedTextsOf } from '../words/ended.ts';
import { type LeftMessage, leftOf, leftTextsOf } from '../words/leftWaiting.ts';
import { listOf } from '../words/list.ts';
import { listTextsOf } from '../words/listTexts.ts';
import { mailReplyTextsOf, QUOTED, type ReplyTold, replyToldOf } from '../words/mailReply.ts';
import { pingOf } from '../words/ping.ts';
import { type Texts, textsOf } from '../words/texts.ts';
import { isList, type Told, toldOf } from '../words/told.ts';
import { handOverOf } from './smtpRefusals.ts';
import type { HandOver, PersonalNoticeTransport } from './transport.ts';

/** Pings by e-mail, those that are due together in one mail. The Message-ID is the first notice's, so that a second try is seen as the same mail. */
export function emailTransport(
  config: () => Config,
  now: () => EpochMs,
): PersonalNoticeTransport & { close(): void } {
  let open: { smtp: string; transporter: Transporter } | null = null;
  const transporter = (smtp: string): Transporter => {
    if (open?.smtp !== smtp) {
      open?.transporter.close();
      open = {
        smtp,
        transporter: createTransport({
          url: smtp,
          pool: true,
          maxConnections: 3,
          connectionTimeout: 10_000,
          socketTimeout: 20_000,
        } as object),
      };
    }
    return open.transporter;
  };
  const key = (): string | null => {
    const { email } = config().notify;
    return email && `${email.from} ${email.smtp.reveal()}`;
  };
  /** With what a sender was refused: a login that is taken says nothing of it. */
  let refusedAs: string | null = null;
  const deliver = async (to: string, mail: Mail, id: string): Promise<HandOver> => {
    const { email } = config().notify;
    if (!email) return { outcome: 'refused', problem: 'notify.email is no longer configured' };
    try {
      const { domain } = senderOf(email.from);
      const above = [
        ...(mail.thread === null ? [] : [`wait.${mail.thread}`]),
        ...(mail.under ?? []).slice(-MOST_REFERENCES),
      ].map((name) => `<${name}@${domain}>`);
      if (mail.answers) above.push(...idsOf(mail.answers));
      await transporter(email.smtp.reveal()).sendMail({
        from: email.from,
        to,
        subject: mail.subject,
        text: mail.lines.join('\n'),
        html: htmlOf(mail.lines),
        // Nobody has sent that one: it ties together all that is said of one wait (RFC 5322, 3.6.4).
        ...(above.length > 0 && { inReplyTo: above.at(-1), references: above }),
        // The sender's own address on the envelope, as nodemailer takes it from From: servers refuse an account's mail without it (553).
        // Ids of a domain that is not the sender's look forged to spam filters.
        messageId: `<${id}@${domain}>`,
        // Whatever answers by itself leaves such mails alone (RFC 3834, 2).
        headers: { 'Auto-Submitted': mail.answers ? 'auto-replied' : 'auto-generated', 'X-Otklik': 'ping' },
      });
      refusedAs = null;
      return { outcome: 'sent', mail: id };
    } catch (error) {
      const failed = handOverOf(error);
      const isLogin = error instanceof Error && 'code' in error && error.code === 'EAUTH';
      refusedAs = failed.outcome === 'closed' && !isLogin ? key() : null;
      return failed;
    }
  };
  return {
    atOnce: 3,
    together: 'steps',
    inTurn: false,
    key,
    async send(bundle): Promise<HandOver> {
      const { people } = config();
      const [{ id, recipient }] = bundle;
      const person = recipient === null ? undefined : people.get(recipient);
      const mail = person ? mailOf(bundle, person, config(), now()) : null;
      if (!person?.email || !mail)
        return { outcome: 'refused', problem: 'the recipient has no mail address any more' };
      return deliver(person.email, mail, id);
    },
    async test(person): Promise<HandOver> {
      const texts = textsOf(person.locale);
      if (person.email === null) return { outcome: 'refused', problem: 'no mail address' };
      const mail = { subject: texts.checkTitle, lines: [texts.check], thread: null };
      return deliver(person.email, mail, randomUUID());
    },
    async probe() {
      const { email } = config().notify;
      if (!email || refusedAs === key()) return { outcome: 'unknown' };
      try {
        await transporter(email.smtp.reveal()).verify();
        return { outcome: 'works' };
      } catch (error) {
        const failed = handOverOf(error);
        return failed.outcome === 'closed' ? failed : { outcome: 'unknown' };
      }
    },
    close: () => open?.transporter.close(),
  };
}

export interface Mail {
  readonly subject: string;
  readonly lines: readonly string[];
  /** The wait that it is about, so that a mail program shows all of it together; null: several, or none. */
  readonly thread: string | null;
  /** The mails of ours that it goes under, each by its first notice. */
  readonly under?: readonly string[];
  /** The reader's own mail that it answers. */
  readonly answers?: ReplyMail;
}

const idsOf = ({ references, messageId }: ReplyMail): string[] =>
  [...references, messageId].filter((id) => id.includes('@')).map((id) => `<${id}>`);

/** Enough for any mail program to find the thread. */
const MOST_REFERENCES = 20;

/** The same lines for programs that show HTML: links can be pressed, and nothing of a client's is markup. */
function htmlOf(lines: readonly string[]): string {
  const line = (text: string): string =>
    text === ''
      ? '&nbsp;'
      : escapeHtml(text).replaceAll(/https?:\/\/[^\s<>"]{1,2000}/g, (url) => `<a href="${url}">${url}</a>`);
  return `<div style="font: 15px/1.5 sans-serif">${lines.map((text) => `<div>${line(text)}</div>`).join('')}</div>`;
}

/** What one mail tells its reader; null when there is no wait. */
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
  const dispute = disputeOf(first, person, config);
  if (dispute) return { subject: dispute.title, lines: [dispute.title, '', ...dispute.lines], thread: null };
  return isList(told) ? listMail(told, person, config, now) : pingMail(first, person, config, now);
}

function leftMail({ title, lines, link }: LeftMessage, { locale }: Person): Mail {
  const way = link === null ? [] : ['', `${leftTextsOf(locale).open}: ${link}`];
  return { subject: `🗂 ${title}`, lines: [title, '', ...lines, ...way], thread: null };
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

/** Whether a reply to the ping is read, and its words can go to the client. */
function canReply({ channel: id }: NamedWait, config: Config): boolean {
  const channel = config.channels.get(id);
  return pingMailbox(config) !== null && channel !== undefined && canAnswer(channel);
}

/** The same for all that is said of one wait: mail programs tell threads by it. */
function subjectOf(wait: NamedWait, config: Config, texts: Texts): string {
  const client = clientName(wait) ?? texts.unnamed;
  const place = channelOnWait(config, wait.channel)?.name ?? wait.channel;
  return `${wait.kind === 'call' ? texts.missedCall(client) : texts.waits(client)} · ${place}`;
}

/** What became of a reply by mail, under that reply. */
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

/** Where the reader can do themselves what we could not. */
const waysTo = (wait: NamedWait, config: Config, texts: Texts): string[] => [
  ...(wait.link === null ? [] : [`${texts.open}: ${wait.link}`]),
  ...onBoard(wait.id, config, texts),
];

/** How waits ended about which its reader was pinged by mail: in the thread of the ping. */
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

const lowerFirst = (text: string): string => text.slice(0, 1).toLowerCase() + text.slice(1);

const onBoard = (waitId: string, config: Config, texts: Texts): string[] => {
  const link = waitOnBoard(config, waitId);
  return link === null ? [] : [`${texts.onBoard}: ${link}`];
};

const boardLine = ({ publicUrl }: Config, texts: Texts): string[] =>
  publicUrl === null ? [] : [`${texts.board}: ${publicUrl}`];

/** So many clients are named in one mail; the others are counted. */
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

/** Each line of several is marked: what a client writes cannot look like a line of ours. Not by «>», with which programs mark what a reply quotes. */
const quoted = (text: string, texts: Texts): string =>
  text.includes('\n') ? text.replaceAll(/^/gm, QUOTED) : texts.quoted(text);
