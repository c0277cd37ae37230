import type { CadencePlan } from './cadence.ts';
import type { Calendar } from './calendar.ts';
import type { Person } from './people.ts';
import type { Policy } from './policy.ts';
import { channelIn, type Rules } from './rules.ts';
import type { PersonalTransport, Transport } from './transport.ts';

export interface PlannedRules extends Rules {
  /** Equal for policies that plan alike (`planText`). A wait keeps that of the policy that planned it. */
  digestOf(policy: Policy, calendar: Calendar | null): string;
  /** How clients who cannot be reached are tried again, and the company's zone; null: they are not. */
  readonly cadence: { readonly plan: CadencePlan; readonly zone: string } | null;
}

/** For recording events. `announce`: told of each wait that opens or closes. */
export interface RecordRules extends PlannedRules {
  readonly announce: readonly Transport[];
}

/** For the clock. By what a person is told of a step. */
export interface ClockRules extends PlannedRules {
  transportsOf(person: Person): readonly Transport[];
  readonly reach: ReachRules;
}

export interface ReachRules {
  /** Any way to people but the webhook. Without one nobody is passed over. */
  readonly hasWays: boolean;
  /** In the order of trying. */
  waysOf(person: Person): readonly PersonalTransport[];
  /** False while it is known to refuse them, or us. */
  works(person: Person, transport: PersonalTransport): boolean;
}

/** The digest that plans the open waits of a channel. */
export const planOf = (rules: PlannedRules, channel: string): string =>
  rules.digestOf(channelIn(rules, channel).policy, rules.calendar);
