import type { ClockRules, ReachRules, RecordRules } from '../clockRules.ts';
import type { CountsAsAnswer, Policy } from '../policy.ts';
import { planText } from '../replan.ts';
import type { EpochMs } from '../time.ts';
import type { Transport } from '../transport.ts';
import { CHANNEL, people, policy } from './company.ts';
import { STRICT } from './story.ts';

export interface Ruled {
  readonly counts?: Partial<CountsAsAnswer>;
  /** Channels whose answers count for themselves only. */
  readonly apart?: readonly string[] | 'all';
  readonly policy?: Partial<Policy>;
  readonly announce?: readonly Transport[];
  readonly away?: Readonly<Record<string, string>>;
  readonly transports?: readonly Transport[];
  /** By channel: since when it is watched. */
  readonly enforceFrom?: Readonly<Record<string, EpochMs>>;
  readonly reach?: ReachRules;
  readonly cadence?: RecordRules['cadence'];
}

/** Nobody is reached by anything of their own, so that nobody is passed over. */
const NO_WAYS: ReachRules = { hasWays: false, waysOf: () => [], works: () => false };

/** A company with three channels of Anna's: everybody is told by webhook unless said otherwise. */
export function ruled(said: Ruled = {}): RecordRules & ClockRules {
  const { counts = {}, apart = [], announce = [], transports = ['webhook'] } = said;
  const channel = (id: string) => ({
    ...CHANNEL,
    name: id,
    enforceFrom: said.enforceFrom?.[id] ?? null,
    policy: policy({
      crossChannel: apart !== 'all' && !apart.includes(id),
      countsAsAnswer: { ...STRICT, ...counts },
      ...said.policy,
    }),
  });
  return {
    channels: new Map(['site', 'bot', 'line'].map((id) => [id, channel(id)])),
    people: people(said.away),
    calendar: null,
    cadence: said.cadence ?? null,
    digestOf: planText,
    announce,
    transportsOf: () => transports,
    reach: said.reach ?? NO_WAYS,
  };
}
