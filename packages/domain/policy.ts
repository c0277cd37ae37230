import { type DurationMs, MINUTE, SECOND } from './time.ts';

/** A place in the chain. Turned into people when the step fires, so that absences of that minute count. */
export type Role = 'owner' | 'deputies' | 'head';

/** One rung as configured: once at an offset from the opening of the wait, or repeated after the rung before it. */
export type Rung =
  | { readonly at: DurationMs; readonly notify: readonly Role[] }
  | { readonly every: DurationMs; readonly times: number; readonly notify: readonly Role[] };

/** What stops the clock (law 3). All are off, or strict, unless the company says otherwise. */
export interface CountsAsAnswer {
  /** Whether a machine's message is an answer. */
  readonly bot: boolean;
  /** Whether closing a dialogue is an answer. */
  readonly closing: boolean;
  /** Whether a reaction (👍) is an answer. */
  readonly reaction: boolean;
  /** The shortest conversation that counts. */
  readonly minCall: DurationMs;
  /** Whether a human whom the channel does not name is credited to the channel's owner. */
  readonly unknown: boolean;
  /** Whether a formal reply («+», «ок», “noted”) is an answer. */
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
  /** Whether a missed call is told at once, before the first rung. */
  readonly missedCallAtOnce: boolean;
  readonly countsAsAnswer: CountsAsAnswer;
  /** The company's own formal replies, beside those that are known anyway. */
  readonly formalReplies: readonly string[];
  /** Whoever has so many open waits gets no new ones: the deputies do. null: no limit. */
  readonly overload: number | null;
}

/** The chain of clause S4 in terms of the window: 3 min owner, 5 min owner and deputies, 10 min head, then the head every 15 min, three times. */
export function defaultSteps(warn: DurationMs, breach: DurationMs): Rung[] {
  return [
    { at: warn, notify: ['owner'] },
    { at: breach, notify: ['owner', 'deputies'] },
    { at: 2 * breach, notify: ['head'] },
    { every: 3 * breach, times: 3, notify: ['head'] },
  ];
}

/** What the regulation asks when nobody says otherwise (clause S4; law 3: strict about what counts). */
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
