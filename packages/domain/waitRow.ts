import type { Why } from './askWhom.ts';
import type { Replanned } from './dueSteps.ts';
import type { EventKind } from './event.ts';
import type { Outcome } from './foldWaits.ts';
import type { EpochMs } from './time.ts';
import type { Etiquette } from './wording.ts';

/**
 * A wait as it is on record: what the events say of it, and what people and the clock did to it. The fields have the names of
 * the columns, so that nothing is translated on the way.
 */
export interface WaitRow {
  readonly id: string;
  readonly client_id: string;
  readonly channel: string;
  readonly thread: string;
  /** Other channels on which the client has asked meanwhile. */
  readonly also_on: readonly string[];
  readonly opening: string;
  readonly kind: EventKind;
  readonly text: string | null;
  readonly link: string | null;
  readonly opened_at: EpochMs;
  readonly seen_at: EpochMs;
  readonly owner: string;
  /** Why it is theirs. */
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
  /** The kind of event that closed it. */
  readonly answered_with: EventKind | null;
  readonly formal_answer: boolean;
  readonly response_seconds: number | null;
  readonly after_hours: boolean;
  /** It opened before its channel was watched: nobody is asked, and it counts nowhere. */
  readonly history: boolean;
  /** `channel test` opened it: it counts nowhere, and stands in no list once it is closed. */
  readonly test: boolean;
  readonly late_delivered: number;
  readonly etiquette: Etiquette | null;
  /** Every turn of it is a farewell. */
  readonly farewell: boolean;
  /** When later knowledge made it what it is: re-opened it, moved its opening, or cut it off from another. */
  readonly corrected_at: EpochMs | null;
  /** For how many seconds an outage of ours kept it from its owner. */
  readonly outage_seconds: number;
  /** Seconds that an accepted dispute takes off the owner's account. */
  readonly excused_seconds: number;
  readonly taken_by: string | null;
  readonly taken_until: EpochMs | null;
  readonly takers: readonly string[];
  readonly chain_shift_ms: number;
  readonly steps_done: number;
  /** When the first of its calls was missed, when that reached us, and whether it was told. */
  readonly missed_at: EpochMs | null;
  readonly missed_seen_at: EpochMs | null;
  readonly missed_told: boolean;
  /** Digest of the policy that it is planned by; null: an older version planned it. */
  readonly plan: string | null;
  readonly replanned: Replanned | null;
  /** When a new policy planned it anew. */
  readonly policy_at: EpochMs | null;
  readonly due_at: EpochMs | null;
  /** When later knowledge made it part of another wait: it is superseded, kept, and counts nowhere. */
  readonly voided_at: EpochMs | null;
}

/** What happened to a wait, for whoever shows it. */
export type WaitChange = 'opened' | 'warned' | 'breached' | 'closed' | 'changed';

/** What the record said of a wait and no longer says (law 4). */
export interface Correction {
  readonly wait_id: string;
  readonly field: 'opened_at' | 'warned_at' | 'breached_at' | 'closed_at' | 'voided_at';
  readonly was: EpochMs | null;
  readonly became: EpochMs | null;
  readonly reason: string;
}
