import type {
  ClockRules,
  CountsAsAnswer,
  EpochMs,
  Policy,
  ReachRules,
  RecordRules,
  Transport,
} from '@otklik/domain';
import { CHANNEL, people, policy } from '../../domain/testing/company.ts';
import { STRICT } from '../../domain/testing/story.ts';

import { planDigest } from '../planDigest.ts';

interface Said {
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
}

/** Nobody is reached by anything of their own, so that nobody is passed over. */
const NO_WAYS: ReachRules = { hasWays: false, waysOf: () => [], works: () => false };

/** A company with three channels of Anna's: everybody is told by webhook unless said otherwise. */
export function company(said: Said = {}): RecordRules & ClockRules {
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
    digestOf: planDigest,
    announce,
    transportsOf: () => transports,
    reach: said.reach ?? NO_WAYS,
  };
}
