import { type Config, senderOf } from '@otklik/config';
import type { ReplyMail } from '@otklik/store';
import { createTransport, type Transporter } from 'nodemailer';
import type { Mail } from '../messages/mail.ts';
import { escapeHtml } from '../telegram/message.ts';
import { handOverOf } from './smtpRefusals.ts';
import type { HandOver, PersonalNoticeTransport } from './transport.ts';

/** A connection to the configured mail server. */
export interface Mailer extends Pick<PersonalNoticeTransport, 'probe' | 'key'> {
  /** `id`: the Message-ID before its @. */
  deliver(to: string, mail: Mail, id: string): Promise<HandOver>;
  close(): void;
}

export function createMailer(config: () => Config): Mailer {
  let open: { smtp: string; transporter: Transporter } | null = null;
  const transporter = (smtp: string): Transporter => {
    if (open?.smtp !== smtp) {
      open?.transporter.close();
      open = { smtp, transporter: createTransport({ url: smtp, ...LIMITS } as object) };
    }
    return open.transporter;
  };
  const key = (): string | null => {
    const { email } = config().notify;
    return email && `${email.from} ${email.smtp.reveal()}`;
  };
  /** The key whose sender was refused. A login that works says nothing of it. */
  let refusedAs: string | null = null;
  return {
    async deliver(to, mail, id) {
      const { email } = config().notify;
      if (!email) return { outcome: 'refused', problem: 'notify.email is no longer configured' };
      try {
        await transporter(email.smtp.reveal()).sendMail(partsOf(email.from, to, mail, id));
        refusedAs = null;
        return { outcome: 'sent', mail: id };
      } catch (error) {
        const failed = handOverOf(error);
        const isLogin = error instanceof Error && 'code' in error && error.code === 'EAUTH';
        refusedAs = failed.outcome === 'closed' && !isLogin ? key() : null;
        return failed;
      }
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
    key,
    close: () => open?.transporter.close(),
  };
}

const LIMITS = { pool: true, maxConnections: 3, connectionTimeout: 10_000, socketTimeout: 20_000 } as const;

/** The envelope gets From's address: servers refuse an account's mail without it (553). */
function partsOf(from: string, to: string, mail: Mail, id: string) {
  const { domain } = senderOf(from);
  const above = aboveOf(mail, domain);
  return {
    from,
    to,
    subject: mail.subject,
    text: mail.lines.join('\n'),
    html: htmlOf(mail.lines),
    ...(above.length > 0 && { inReplyTo: above.at(-1), references: above }),
    // Ids of another domain look forged to spam filters.
    messageId: `<${id}@${domain}>`,
    // Keeps automatic repliers away (RFC 3834, 2).
    headers: { 'Auto-Submitted': mail.answers ? 'auto-replied' : 'auto-generated', 'X-Otklik': 'ping' },
  };
}

/** Enough to find the thread. */
const MOST_REFERENCES = 20;

/** `wait.…` was never sent: it ties all about one wait together (RFC 5322, 3.6.4). */
function aboveOf({ thread, under = [], answers }: Mail, domain: string): string[] {
  const ours = [...(thread === null ? [] : [`wait.${thread}`]), ...under.slice(-MOST_REFERENCES)];
  return [...ours.map((name) => `<${name}@${domain}>`), ...(answers ? idsOf(answers) : [])];
}

const idsOf = ({ references, messageId }: ReplyMail): string[] =>
  [...references, messageId].filter((id) => id.includes('@')).map((id) => `<${id}>`);

/** Links can be pressed; a client's words are no markup. */
function htmlOf(lines: readonly string[]): string {
  const line = (text: string): string =>
    text === ''
      ? '&nbsp;'
      : escapeHtml(text).replaceAll(/https?:\/\/[^\s<>"]{1,2000}/g, (url) => `<a href="${url}">${url}</a>`);
  return `<div style="font: 15px/1.5 sans-serif">${lines.map((text) => `<div>${line(text)}</div>`).join('')}</div>`;
}
