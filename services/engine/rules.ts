import type { Config } from '@otklik/config';
import {
  type ClockRules,
  PERSONAL_TRANSPORTS,
  type Person,
  type PersonalTransport,
  type ReachRules,
  type RecordRules,
  type RuledChannel,
  type Transport,
  waysOf,
} from '@otklik/domain';
import { type ClosedTransports, planDigest } from '@otklik/store';

/** A demo's pings go to the terminal. */
export interface DemoMark {
  readonly demo?: boolean;
}

interface Standing {
  readonly closed?: ClosedTransports;
}

/** The configuration as rules. */
export function rulesOf(config: Config & DemoMark & Standing): RecordRules & ClockRules {
  return {
    channels:
      config.gone.size === 0
        ? config.channels
        : new Map<string, RuledChannel>([...config.gone, ...config.channels]),
    people: config.people,
    calendar: config.calendar,
    cadence: config.cadence && { plan: config.cadence, zone: config.timezone },
    digestOf: planDigest,
    announce: config.notify.webhook ? ['webhook'] : [],
    transportsOf: (person) => transportsOf(person, config),
    reach: reachOf(config),
  };
}

const offeredBy = ({ notify }: Config): PersonalTransport[] =>
  PERSONAL_TRANSPORTS.filter((way) => notify[way] !== null);

function reachOf(config: Config & DemoMark & Standing): ReachRules {
  const offered = offeredBy(config);
  return {
    hasWays: offered.length > 0 && config.demo !== true,
    waysOf: (person) => waysOf(person, offered),
    works: ({ deadEnds }, way) =>
      config.closed?.has(way) !== true && !deadEnds.some(({ transport }) => transport === way),
  };
}

/** A person's first transport (`goOn` tries the next) and the company's webhook; with neither, the terminal. */
function transportsOf(person: Person, config: Config & DemoMark): Transport[] {
  const transports: Transport[] = waysOf(person, offeredBy(config)).slice(0, 1);
  if (config.notify.webhook) transports.push('webhook');
  if (transports.length === 0 || config.demo) transports.push('console');
  return transports;
}
