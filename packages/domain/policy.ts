import { type DurationMs, MINUTE, SECOND } from './time.ts';

/** Becomes people when the step fires, by the absences of that minute. */
export type Role = 'owner' | 'deputies' | 'head';

/** Once at an offset from the opening, or repeated after the rung before. */
export type Rung =
  | { readonly at: DurationMs; readonly notify: readonly Role[] }
  | { readonly every: DurationMs; readonly times: number; readonly notify: readonly Role[] };

/** What stops the clock (law 3). Off or strict by default. */
export interface CountsAsAnswer {
  readonly bot: boolean;
  readonly closing: boolean;
  /** 👍 */
  readonly reaction: boolean;
  /** The shortest that counts. */
  readonly minCall: DurationMs;
  /** Credits an unnamed human to the owner. */
  readonly unknown: boolean;
  /** «+», «ок», “noted”. */
  readonly formal: boolean;
}

export type AfterHours = 'same' | 'owner_only' | 'defer';

export interface Policy {
  readonly name: string;
  readonly warn: DurationMs;
  readonly breach: DurationMs;
  readonly steps: readonly Rung[];
  readonly takeLease: DurationMs;
  readonly afterHours: AfterHours;
  readonly crossChannel: boolean;
  /** Before the first rung. */
  readonly missedCallAtOnce: boolean;
  readonly countsAsAnswer: CountsAsAnswer;
  /** Besides the known ones. */
  readonly formalReplies: readonly string[];
  /** With so many open waits a person gets no new ones; the deputies do. */
  readonly overload: number | null;
}

/** Clause S4: 3 min owner, 5 min owner and deputies, 10 min head, then the head every 15 min, three times. */
export function defaultSteps(warn: DurationMs, breach: DurationMs): Rung[] {
  return [
    { at: warn, notify: ['owner'] },
    { at: breach, notify: ['owner', 'deputies'] },
    { at: 2 * breach, notify: ['head'] },
    { every: 3 * breach, times: 3, notify: ['head'] },
  ];
}

/** The default (clause S4, law 3). */
export const REGULATION: Policy = {
  name: 'default',
  warn: 3 * MINUTE,
  breach: 5 * MINUTE,
  steps: defaultSteps(3 * MINUTE, 5 * MINUTE),
  takeLease: 2 * MINUTE,
  afterHours: 'same',
  crossChannel: true,
  missedCallAtOnce: true,
  countsAsAnswer: {
    bot: false,
    closing: false,
    reaction: false,
    minCall: 5 * SECOND,
    unknown: false,
    formal: true,
  },
  formalReplies: [],
  overload: null,
};
