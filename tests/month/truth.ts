import type { Event } from '@otklik/domain';

/*
 * What really happened, known to whoever made up the month: the checker judges by this alone. Moments are
 * milliseconds since 1970, durations milliseconds.
 */

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export interface Span {
  readonly from: number;
  /** Excluded. */
  readonly to: number;
}

export interface PersonTruth {
  readonly id: string;
  readonly role: 'owner' | 'head';
  /** And its hours ahead of UTC; no zone here changes its clocks. */
  readonly zone: { readonly name: string; readonly hours: number };
  /** `YYYY-MM-DD`, both included. */
  readonly away: readonly { readonly from: string; readonly to: string }[];
  /** `22:00-08:00` */
  readonly quiet: string | null;
}

export interface PolicyTruth {
  readonly name: string;
  readonly warn: number;
  readonly breach: number;
  /** Due times from the opening. */
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
  /** Evening shifts, a week each. */
  readonly evenings: readonly string[];
  /** The provider's clock. */
  readonly wholeSeconds: boolean;
  /** null: the provider tells us by itself. */
  readonly polledEvery: number | null;
  /** The provider numbers messages. */
  readonly numbered: boolean;
  /** Earlier words are history: nobody is asked. */
  readonly watchedFrom: number;
  /** Not in otklik.yaml: its waits go on, and nothing new is heard. */
  readonly gone: boolean;
}

export interface CompanyTruth {
  readonly people: ReadonlyMap<string, PersonTruth>;
  readonly channels: ReadonlyMap<string, ChannelTruth>;
}

/** The company after an edit. Never edited: what decides who is answered, and the window of regrets. */
export interface Edition extends CompanyTruth {
  readonly since: number;
  readonly policies: readonly PolicyTruth[];
  /** New ids; the month goes on with the first. */
  readonly renamed: ReadonlyMap<string, string>;
}

export const editionAt = (editions: readonly Edition[], at: number): Edition => {
  const edition = editions.findLast(({ since }) => since <= at);
  if (!edition) throw new Error('nothing is in force yet');
  return edition;
};

/** Nothing is recorded or fired. Afterwards reading a polled channel to its end takes `catchUp`. */
export interface Outage extends Span {
  readonly catchUp: number;
}

/**
 * A server answers nobody. `database`: nothing is recorded, nothing fires. `queue`: its content is unknown. `engine`:
 * arrivals are known to lie in the queue, unrecorded.
 */
export interface Freeze extends Span {
  readonly what: 'database' | 'queue' | 'engine';
}

/** An event as it reached us; a second delivery is another. */
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

/** An event and when it was recorded. */
export interface Known {
  readonly event: Event;
  readonly recordedAt: number;
}

/** What came of the month, from whoever pressed and delivered, not from the tables. */
export interface Played {
  readonly known: readonly Known[];
  /** By person. */
  readonly steppedOut: ReadonlyMap<string, readonly Span[]>;
  /** Accepted «Беру». */
  readonly takes: readonly { readonly wait: string; readonly at: number }[];
  readonly endedAt: number;
}
