import type { Config } from '@otklik/config';
import type { Person, Transport } from '@otklik/domain';
import type { ClockRules, RecordRules } from '@otklik/store';

/** A demo has no phones to ring: its pings go to the terminal. */
export interface DemoMark {
  readonly demo?: boolean;
}

/** The configuration as the engine needs it. */
export function rulesOf(config: Config & DemoMark): RecordRules & ClockRules {
  return {
    channels: config.channels,
    people: config.people,
    calendar: config.calendar,
    announce: config.notify.webhook ? ['webhook'] : [],
    transportsOf: (person) => transportsOf(person, config),
  };
}

/** The phone first; e-mail for those who have no Telegram, and (see the notifier) for those whom Telegram does not reach. */
function transportsOf(person: Person, config: Config & DemoMark): Transport[] {
  const { telegram, email, webhook } = config.notify;
  const transports: Transport[] = [];
  if (telegram && person.telegram !== null) transports.push('telegram');
  else if (email && person.email !== null) transports.push('email');
  if (webhook) transports.push('webhook');
  if (transports.length === 0 || config.demo) transports.push('console');
  return transports;
}
