import type { EpochMs, Person } from '@otklik/domain';
import type { ClaimedNotice, Together } from '@otklik/store';

/** For one recipient, oldest first. */
export type Bundle = readonly [ClaimedNotice, ...ClaimedNotice[]];

export type HandOver =
  | {
      readonly outcome: 'sent';
      readonly chatId?: number;
      readonly messageId?: number;
      readonly text?: string;
      /** The notice whose id is the Message-ID. */
      readonly mail?: string;
    }
  | { readonly outcome: 'retry'; readonly afterMs: number | null; readonly problem: string }
  /** It refuses us (revoked token, refused login). Tried until the set-up is mended. */
  | { readonly outcome: 'closed'; readonly problem: string }
  /** `isDeadEnd`: nothing else would reach this person either. */
  | { readonly outcome: 'refused'; readonly problem: string; readonly isDeadEnd?: boolean };

export interface NoticeTransport {
  readonly atOnce: number;
  readonly together: Together;
  /** One message after the other for a person, so that later notices can join the last. */
  readonly inTurn: boolean;
  send(bundle: Bundle, now: EpochMs): Promise<HandOver>;
}

/** Has an address for each person. */
export interface PersonalNoticeTransport extends NoticeTransport {
  /** Sends a test message. */
  test(person: Person): Promise<HandOver>;
  /** Tells nobody anything. `unknown`: it cannot be asked now. */
  probe(): Promise<
    { readonly outcome: 'works' | 'unknown' } | { readonly outcome: 'closed'; readonly problem: string }
  >;
  /** Identifies the account; null: not configured. Holds secrets. */
  key(): string | null;
}
