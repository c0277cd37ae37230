import type { Calendar } from './calendar.ts';
import type { Person } from './people.ts';
import type { Policy } from './policy.ts';
import { channelIn, type Rules } from './rules.ts';
import type { PersonalTransport, Transport } from './transport.ts';

/** The rules, with what tells one policy from another. */
export interface PlannedRules extends Rules {
  /** A short text that is the same for policies that plan alike (`planText`): a wait keeps it of the policy that planned it. */
  digestOf(policy: Policy, calendar: Calendar | null): string;
}

/** What recording events must know: the rules, and which transports are told of each wait that opens or closes. */
export interface RecordRules extends PlannedRules {
  readonly announce: readonly Transport[];
}

/** What the clock must know: the rules, and by which transports a person is told of a step. */
export interface ClockRules extends PlannedRules {
  transportsOf(person: Person): readonly Transport[];
  readonly reach: ReachRules;
}

/** By what people are reached, and what of it works. */
export interface ReachRules {
  /** Whether the company has any way to people but its webhook. Without one nobody is passed over: there is nobody to go on to. */
  readonly hasWays: boolean;
  /** In the order in which they are tried. */
  waysOf(person: Person): readonly PersonalTransport[];
  /** False while it is known to refuse them, or to refuse us. */
  works(person: Person, transport: PersonalTransport): boolean;
}

/** The digest of the policy by which the open waits of a channel are planned. */
export const planOf = (rules: PlannedRules, channel: string): string =>
  rules.digestOf(channelIn(rules, channel).policy, rules.calendar);
