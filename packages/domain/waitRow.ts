import type { Why } from './askWhom.ts';
import type { Replanned } from './dueSteps.ts';
import type { EventKind } from './event.ts';
import type { Outcome } from './foldWaits.ts';
import type { EpochMs } from './time.ts';
import type { Etiquette } from './wording.ts';

/** A wait on record: what the events say, and what people and the clock did. Fields are named as the columns. */
export interface WaitRow {
  readonly id: string;
  readonly client_id: string;
  readonly channel: string;
  readonly thread: string;
  /** Where the client has asked meanwhile. */
  readonly also_on: readonly string[];
  readonly opening: string;
  readonly kind: EventKind;
  readonly text: string | null;
  readonly link: string | null;
  readonly opened_at: EpochMs;
  readonly seen_at: EpochMs;
  readonly owner: string;
  readonly owner_why: Why;
  readonly first_owner: string;
  readonly warn_at: EpochMs;
  readonly breach_at: EpochMs;
  readonly warned_at: EpochMs | null;
  readonly breached_at: EpochMs | null;
  readonly closed_at: EpochMs | null;
  readonly outcome: Outcome | null;
  readonly answered_by: string | null;
  readonly answered_via: string | null;
  /** What closed it. */
  readonly answered_with: EventKind | null;
  readonly formal_answer: boolean;
  readonly response_seconds: number | null;
  readonly after_hours: boolean;
  /** Opened before its channel was watched: counts nowhere. */
  readonly history: boolean;
  /** By `channel test`: counts nowhere, and is in no list once closed. */
  readonly test: boolean;
  readonly late_delivered: number;
  readonly etiquette: Etiquette | null;
  /** All its turns are farewells. */
  readonly farewell: boolean;
  /** When later knowledge re-opened it, moved its opening, or cut it off from another. */
  readonly corrected_at: EpochMs | null;
  /** How long an outage of ours kept it from its owner. */
  readonly outage_seconds: number;
  /** Taken off the owner's account by an accepted dispute. */
  readonly excused_seconds: number;
  readonly taken_by: string | null;
  readonly taken_until: EpochMs | null;
  readonly takers: readonly string[];
  readonly chain_shift_ms: number;
  readonly steps_done: number;
  /** Its first missed call: when, when we knew, whether it was told. */
  readonly missed_at: EpochMs | null;
  readonly missed_seen_at: EpochMs | null;
  readonly missed_told: boolean;
  /** Digest of the policy that planned it; null: an older version of ours. */
  readonly plan: string | null;
  readonly replanned: Replanned | null;
  /** When a new policy planned it. */
  readonly policy_at: EpochMs | null;
  readonly due_at: EpochMs | null;
  /** When later knowledge made it part of another wait: kept, but counts nowhere. */
  readonly voided_at: EpochMs | null;
}

/** For whoever shows it. */
export type WaitChange = 'opened' | 'warned' | 'breached' | 'closed' | 'changed';

/** What the record no longer says (law 4). */
export interface Correction {
  readonly wait_id: string;
  readonly field: 'opened_at' | 'warned_at' | 'breached_at' | 'closed_at' | 'voided_at';
  readonly was: EpochMs | null;
  readonly became: EpochMs | null;
  readonly reason: string;
}
