import type { Config } from '@otklik/config';
import type { EpochMs } from '@otklik/domain';
import type { NamedWait } from '@otklik/store';
import { createTransport, type Transporter } from 'nodemailer';
import { pingOf } from '../words/ping.ts';
import { textsOf } from '../words/texts.ts';
import type { HandOver, NoticeTransport } from './transport.ts';

/** Pings by e-mail. The Message-ID is the notice's, so that a second try is seen as the same mail. */
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
    async send(notice): Promise<HandOver> {
      const { people, notify } = config();
      const person = notice.recipient === null ? undefined : people.get(notice.recipient);
      if (!notify.email || !person?.email || !notice.wait)
        return { outcome: 'refused', problem: 'the recipient has no mail address any more' };
      const at = now();
      const ping = pingOf(
        { ...notice, wait: notice.wait as NamedWait, firstSentAt: at },
        person,
        config(),
        at,
      );
      const texts = textsOf(person.locale);
      const lines = [
        ...(ping.opening === null ? [] : [ping.opening, '']),
        ping.title,
        '',
        ...(ping.quote ? [texts.quoted(ping.quote), ''] : []),
        ...ping.lines,
        ...(ping.link ? ['', `${texts.open}: ${ping.link}`] : []),
      ];
      try {
        await transporter(notify.email.smtp.reveal()).sendMail({
          from: notify.email.from,
          to: person.email,
          subject: `${ping.stage === 'breached' ? '🔴' : '⏳'} ${ping.title}`,
          text: lines.join('\n'),
          messageId: `<${notice.id}@otklik>`,
          headers: { 'Auto-Submitted': 'auto-generated' },
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

/** A 5xx (RFC 5321, 4.2.1) about this mail. One about our sign-in is for the administrator to mend: mails wait for that. */
function isForGood(error: unknown): boolean {
  if (!(error instanceof Error) || !('responseCode' in error)) return false;
  return Number(error.responseCode) >= 500 && !('code' in error && error.code === 'EAUTH');
}
