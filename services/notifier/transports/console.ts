import type { Config } from '@otklik/config';
import type { EpochMs } from '@otklik/domain';
import type { NamedWait } from '@otklik/store';
import { pingOf } from '../words/ping.ts';
import type { HandOver, NoticeTransport } from './transport.ts';

/** The demo's phone, and the last resort for people who can be reached in no other way: a line on the terminal. */
export function consoleTransport(
  config: () => Config,
  now: () => EpochMs,
  print: (line: string) => void,
  mark: string,
): NoticeTransport {
  return {
    atOnce: 16,
    async send(notice): Promise<HandOver> {
      const person = notice.recipient === null ? undefined : config().people.get(notice.recipient);
      if (!person || !notice.wait)
        return { outcome: 'refused', problem: 'the recipient is not in the configuration any more' };
      const at = now();
      const ping = pingOf(
        { ...notice, wait: notice.wait as NamedWait, firstSentAt: at },
        person,
        config(),
        at,
      );
      print(
        `${mark}${ping.stage === 'breached' ? '🔴' : '⏳'} → ${person.name}: ${ping.title}. ${ping.lines.join(' · ')}`,
      );
      return { outcome: 'sent' };
    },
  };
}
