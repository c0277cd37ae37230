import { randomUUID } from 'node:crypto';
import type { Config } from '@otklik/config';
import type { EpochMs } from '@otklik/domain';
import { textsOf } from '@otklik/texts';
import { mailOf } from '../messages/mail.ts';
import { createMailer } from './mailer.ts';
import type { HandOver, PersonalNoticeTransport } from './transport.ts';

/** Pings by mail. The Message-ID is the first notice's: a second try is the same mail. */
export function emailTransport(
  config: () => Config,
  now: () => EpochMs,
): PersonalNoticeTransport & { close(): void } {
  const mailer = createMailer(config);
  return {
    atOnce: 3,
    together: 'steps',
    inTurn: false,
    key: mailer.key,
    async send(bundle): Promise<HandOver> {
      const { people } = config();
      const [{ id, recipient }] = bundle;
      const person = recipient === null ? undefined : people.get(recipient);
      const mail = person ? mailOf(bundle, person, config(), now()) : null;
      if (!person?.email || !mail)
        return { outcome: 'refused', problem: 'the recipient has no mail address any more' };
      return mailer.deliver(person.email, mail, id);
    },
    async test(person): Promise<HandOver> {
      const texts = textsOf(person.locale);
      if (person.email === null) return { outcome: 'refused', problem: 'no mail address' };
      const mail = { subject: texts.checkTitle, lines: [texts.check], thread: null };
      return mailer.deliver(person.email, mail, randomUUID());
    },
    probe: mailer.probe,
    close: mailer.close,
  };
}
