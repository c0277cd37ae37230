import type { EpochMs, Person } from '@otklik/domain';
import type { ClaimedNotice, Together } from '@otklik/store';

/** Notices of one recipient that go over as one, oldest first. */
export type Bundle = readonly [ClaimedNotice, ...ClaimedNotice[]];

/** What became of one hand-over to a transport. */
export type HandOver =
  | {
      readonly outcome: 'sent';
      readonly chatId?: number;
      readonly messageId?: number;
      readonly text?: string;
      /** Of a mail: the notice whose id is its Message-ID. */
      readonly mail?: string;
    }
  /** Worth another try: after `afterMs` if the transport said so. */
  | { readonly outcome: 'retry'; readonly afterMs: number | null; readonly problem: string }
  /** It refuses us, not this notice: a revoked token, a refused login. It is tried again until the set-up is mended. */
  | { readonly outcome: 'closed'; readonly problem: string }
  /** No try would help: it goes to the dead letters. `isDeadEnd`: nothing else would get through to this person either. */
  | { readonly outcome: 'refused'; readonly problem: string; readonly isDeadEnd?: boolean };

export interface NoticeTransport {
  /** At most this many hand-overs at the same time. */
  readonly atOnce: number;
  /** Which notices of one person go over as one. */
  readonly together: Together;
  /** Whether a person gets one message after the other, so that what comes a moment later can join the last one. */
  readonly inTurn: boolean;
  send(bundle: Bundle, now: EpochMs): Promise<HandOver>;
}

/** A transport with an address for each person. */
export interface PersonalNoticeTransport extends NoticeTransport {
  /** Says to a person that it reaches them. */
  test(person: Person): Promise<HandOver>;
  /** Asks the provider whether it takes us, without telling anybody anything; `unknown` when it cannot be asked now. */
  probe(): Promise<
    { readonly outcome: 'works' | 'unknown' } | { readonly outcome: 'closed'; readonly problem: string }
  >;
  /** What it stands on in the configuration: another key is another account. null: it is not configured. Holds secrets. */
  key(): string | null;
}
