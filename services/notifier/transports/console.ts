import type { Config } from '@otklik/config';
import type { EpochMs } from '@otklik/domain';
import { cadenceMessageOf } from '../messages/cadence.ts';
import { disputeOf } from '../messages/dispute.ts';
import { leftOf } from '../messages/leftWaiting.ts';
import { listOf } from '../messages/list.ts';
import { pingOf } from '../messages/ping.ts';
import { isList, toldOf } from '../messages/told.ts';
import type { HandOver, NoticeTransport } from './transport.ts';

/** The demo's phone, and the last resort for people without another transport. */
export function consoleTransport(
  config: () => Config,
  now: () => EpochMs,
  print: (line: string) => void,
  mark: string,
): NoticeTransport {
  return {
    atOnce: 16,
    together: 'held',
    inTurn: false,
    async send(bundle): Promise<HandOver> {
      const { recipient } = bundle[0];
      const person = recipient === null ? undefined : config().people.get(recipient);
      const at = now();
      const told = toldOf(bundle, at);
      const [first] = told;
      if (!person || !first)
        return { outcome: 'refused', problem: 'the recipient is not in the configuration any more' };
      const left = leftOf(first, person, config(), at);
      const dispute = disputeOf(first, person, config());
      const cadence = cadenceMessageOf(first, person, config());
      if (cadence) {
        print(
          `${mark}${cadence.mark} → ${person.name}: ${sentence(cadence.title)} ${cadence.lines.join(' · ')}`,
        );
      } else if (left) {
        print(`${mark}🗂 → ${person.name}: ${sentence(left.title)} ${left.lines.join(' ')}`);
      } else if (dispute) {
        print(`${mark}⚖️ → ${person.name}: ${sentence(dispute.title)} ${dispute.lines.join(' · ')}`);
      } else if (isList(told)) {
        const { mark: sign, title, rows } = listOf(told, person, config(), at, told.length);
        const lines = rows.map((row) => `${row.mark} ${row.client} · ${row.about}`);
        print(`${mark}${sign} → ${person.name}: ${sentence(title)} ${lines.join('; ')}`);
      } else {
        const ping = pingOf(first, person, config(), at);
        const sign = ping.stage === 'breached' ? '🔴' : '⏳';
        const lines = [...(ping.subject ? [ping.subject.title] : []), ...ping.lines];
        print(`${mark}${sign} → ${person.name}: ${sentence(ping.title)} ${lines.join(' · ')}`);
      }
      return { outcome: 'sent' };
    },
  };
}

/** A name may end with an initial's full stop. */
const sentence = (title: string): string => (/[.!?…]$/.test(title) ? title : `${title}.`);
