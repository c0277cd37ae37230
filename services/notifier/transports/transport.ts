import type { EpochMs, Person } from '@otklik/domain';
import type { ClaimedNotice, Together } from '@otklik/store';

/** Notices for one recipient that go out as one, oldest first. */
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
  /** Try again, after `afterMs` if the transport said so. */
  | { readonly outcome: 'retry'; readonly afterMs: number | null; readonly problem: string }
  /** It refuses us: a revoked token, a refused login. Tried until the set-up is mended. */
  | { readonly outcome: 'closed'; readonly problem: string }
  /** A dead letter. `isDeadEnd`: nothing else would reach this person either. */
  | { readonly outcome: 'refused'; readonly problem: string; readonly isDeadEnd?: boolean };

export interface NoticeTransport {
  readonly atOnce: number;
  readonly together: Together;
  /** A person gets one message after the other, so that later notices can join the last one. */
  readonly inTurn: boolean;
  send(bundle: Bundle, now: EpochMs): Promise<HandOver>;
}

/** A transport with an address for each person. */
export interface PersonalNoticeTransport extends NoticeTransport {
  /** Sends a test message. */
  test(person: Person): Promise<HandOver>;
  /** Asks the provider whether it takes us; tells nobody anything. `unknown`: it cannot be asked now. */
  probe(): Promise<
    { readonly outcome: 'works' | 'unknown' } | { readonly outcome: 'closed'; readonly problem: string }
  >;
  /** Identifies the account in the configuration; null: not configured. Holds secrets. */
  key(): string | null;
}
