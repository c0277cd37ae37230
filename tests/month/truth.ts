import type { Event } from '@otklik/domain';

/*
 * What really happened in the month, as those know it who made it up. The checker judges the record by this alone.
 * All moments are milliseconds since 1970, all durations milliseconds.
 */

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export interface Span {
  readonly from: number;
  /** Not included. */
  readonly to: number;
}

export interface PersonTruth {
  readonly id: string;
  readonly role: 'owner' | 'head';
  /** Their time zone, and how many hours it is ahead of UTC; none of them changes its clocks. */
  readonly zone: { readonly name: string; readonly hours: number };
  /** Days of absence, both included, as `YYYY-MM-DD`. */
  readonly away: readonly { readonly from: string; readonly to: string }[];
  /** `22:00-08:00`, or null. */
  readonly quiet: string | null;
}

export interface PolicyTruth {
  readonly name: string;
  readonly warn: number;
  readonly breach: number;
  /** When each step is due, counted from the opening of the wait. */
  readonly steps: readonly number[];
  readonly lease: number;
  readonly afterHours: 'same' | 'owner_only' | 'defer';
  readonly crossChannel: boolean;
  readonly minCallSeconds: number;
  readonly overload: number | null;
}

export interface ChannelTruth {
  readonly id: string;
  readonly owner: string;
  readonly deputies: readonly string[];
  readonly head: string;
  readonly policy: PolicyTruth;
  /** Turns of a week each, in the evenings. */
  readonly evenings: readonly string[];
  /** Its provider counts whole seconds. */
  readonly wholeSeconds: boolean;
  /** We ask its provider for news so often; null: it tells us by itself. */
  readonly polledEvery: number | null;
  /** Its provider numbers what is written. */
  readonly numbered: boolean;
  /** What was written before is history: nobody is asked about it. */
  readonly watchedFrom: number;
  /** It does not stand in otklik.yaml: who waits there goes on waiting, and nothing new is heard. */
  readonly gone: boolean;
}

export interface CompanyTruth {
  readonly people: ReadonlyMap<string, PersonTruth>;
  readonly channels: ReadonlyMap<string, ChannelTruth>;
}

/** The company as an edit of otklik.yaml left it. What decides who is answered, and in which window one may regret, is never edited. */
export interface Edition extends CompanyTruth {
  readonly since: number;
  readonly policies: readonly PolicyTruth[];
  /** Channels that have another id now; the month goes on calling them by the first. */
  readonly renamed: ReadonlyMap<string, string>;
}

export const editionAt = (editions: readonly Edition[], at: number): Edition => {
  const edition = editions.findLast(({ since }) => since <= at);
  if (!edition) throw new Error('nothing is in force yet');
  return edition;
};

/** Nothing of ours is recorded or fired. Afterwards a polled channel needs `catchUp` until it is read to its end. */
export interface Outage extends Span {
  readonly catchUp: number;
}

/**
 * For so long a server answers nobody. `database`: nothing is recorded and nothing fires. `queue`: nobody can say what lies in
 * it. `engine`: what arrives is known to lie in the queue, and nobody records it.
 */
export interface Freeze extends Span {
  readonly what: 'database' | 'queue' | 'engine';
}

/** An event as it reached us; a second delivery of it is another of these. */
export interface Delivery {
  readonly arrivesAt: number;
  readonly event: Event;
}

export type Press = { readonly at: number; readonly by: string } & (
  | {
      readonly press: 'take' | 'no_reply_needed';
      readonly channel: string;
      readonly thread: string;
    }
  | { readonly press: 'hand_over'; readonly channel: string; readonly thread: string; readonly to: string }
  | { readonly press: 'away'; readonly until: number }
  | { readonly press: 'back' }
);

/** An event, and when we had recorded it. */
export interface Known {
  readonly event: Event;
  readonly recordedAt: number;
}

/** What came of playing the month, told by whoever pressed and delivered, not by the tables. */
export interface Played {
  readonly known: readonly Known[];
  /** By person: when they had stepped out. */
  readonly steppedOut: ReadonlyMap<string, readonly Span[]>;
  /** Each «Беру» that was accepted. */
  readonly takes: readonly { readonly wait: string; readonly at: number }[];
  readonly endedAt: number;
}
