import type { Config } from '@otklik/config';
import type { EpochMs, Person } from '@otklik/domain';
import type { ClaimedNotice } from '@otklik/store';
import { createTransport, type Transporter } from 'nodemailer';
import { disputeOf } from '../words/dispute.ts';
import { type LeftMessage, leftOf, leftTextsOf } from '../words/leftWaiting.ts';
import { listOf } from '../words/list.ts';
import { listTextsOf } from '../words/listTexts.ts';
import { pingOf } from '../words/ping.ts';
import { type Texts, textsOf } from '../words/texts.ts';
import { isList, type Told, toldOf } from '../words/told.ts';
import type { HandOver, NoticeTransport } from './transport.ts';

/** Pings by e-mail, those that are due together in one mail. The Message-ID is the first notice's, so that a second try is seen as the same mail. */
export function emailTransport(
  config: () => Config,
  now: () => EpochMs,
): NoticeTransport & { close(): void } {
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
  return {
    atOnce: 3,
    together: 'steps',
    inTurn: false,
    async send(bundle): Promise<HandOver> {
      const { people, notify } = config();
      const [{ id, recipient }] = bundle;
      const person = recipient === null ? undefined : people.get(recipient);
      const at = now();
      const mail = person ? mailOf(bundle, person, config(), at) : null;
      if (!notify.email || !person?.email || !mail)
        return { outcome: 'refused', problem: 'the recipient has no mail address any more' };
      try {
        await transporter(notify.email.smtp.reveal()).sendMail({
          from: notify.email.from,
          to: person.email,
          subject: mail.subject,
          text: mail.lines.join('\n'),
          // No sender on the envelope: an auto-reply or a bounce to a ping comes to nobody's mailbox (RFC 3834, section 2).
          envelope: { from: '', to: person.email },
          messageId: `<${id}@otklik>`,
          headers: { 'Auto-Submitted': 'auto-generated', 'X-Otklik': 'ping' },
        });
        return { outcome: 'sent' };
      } catch (error) {
        const problem = error instanceof Error ? error.message : String(error);
        return isForGood(error)
          ? { outcome: 'refused', problem }
          : { outcome: 'retry', afterMs: null, problem };
      }
    },
    close: () => open?.transporter.close(),
  };
}

export interface Mail {
  readonly subject: string;
  readonly lines: readonly string[];
}

/** What one mail tells its reader; null when there is no wait. */
export function mailOf(
  notices: readonly ClaimedNotice[],
  person: Person,
  config: Config,
  now: EpochMs,
): Mail | null {
  const told = toldOf(notices, now);
  const [first] = told;
  if (!first) return null;
  const left = leftOf(first, person, config, now);
  if (left) return leftMail(left, person);
  const dispute = disputeOf(first, person, config);
  if (dispute) return { subject: dispute.title, lines: [dispute.title, '', ...dispute.lines] };
  return isList(told) ? listMail(told, person, config, now) : pingMail(first, person, config, now);
}

function leftMail({ title, lines, link }: LeftMessage, { locale }: Person): Mail {
  const way = link === null ? [] : ['', `${leftTextsOf(locale).open}: ${link}`];
  return { subject: `🗂 ${title}`, lines: [title, '', ...lines, ...way] };
}

function pingMail(told: Told, person: Person, config: Config, now: EpochMs): Mail {
  const ping = pingOf(told, person, config, now);
  const texts = textsOf(person.locale);
  return {
    subject: `${ping.stage === 'breached' ? '🔴' : '⏳'} ${ping.title}`,
    lines: [
      ...(ping.opening === null ? [] : [ping.opening, '']),
      ping.title,
      '',
      ...(ping.quote ? [quoted(ping.quote, texts), ''] : []),
      ...(ping.subject ? [ping.subject.title, ...(ping.subject.link ? [ping.subject.link] : [])] : []),
      ...ping.lines,
      ...(ping.link ? ['', `${texts.open}: ${ping.link}`] : []),
    ],
  };
}

/** So many clients are named in one mail; the others are counted. */
const MOST_LISTED = 200;

function listMail(told: readonly Told[], person: Person, config: Config, now: EpochMs): Mail {
  const list = listOf(told, person, config, now, MOST_LISTED);
  const texts = textsOf(person.locale);
  return {
    subject: `${list.mark} ${list.title}`,
    lines: [
      list.title,
      '',
      ...list.rows.flatMap(({ number, mark, client, about, link }) => [
        `${number}. ${mark} ${client} · ${about}`,
        ...(link === null ? [] : [`   ${texts.open}: ${link}`]),
      ]),
      ...(list.more > 0 ? [listTextsOf(person.locale).more(list.more)] : []),
      ...(list.late === null ? [] : ['', list.late]),
    ],
  };
}

/** A 5xx (RFC 5321, 4.2.1) about this mail. One about our sign-in is for the administrator to mend: mails wait for that. */
function isForGood(error: unknown): boolean {
  if (!(error instanceof Error) || !('responseCode' in error)) return false;
  return Number(error.responseCode) >= 500 && !('code' in error && error.code === 'EAUTH');
}

/** Each line of several is marked: what a client writes cannot look like a line of ours. */
const quoted = (text: string, texts: Texts): string =>
  text.includes('\n') ? text.replaceAll(/^/gm, '> ') : texts.quoted(text);
