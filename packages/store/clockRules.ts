import type { Person, PersonalTransport, Rules, Transport } from '@otklik/domain';

/** What the clock must know: the rules, and by which transports a person is reached about a step. */
export interface ClockRules extends Rules {
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
