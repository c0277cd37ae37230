import type { EpochMs } from '@otklik/domain';
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
    }
  /** Worth another try: after `afterMs` if the transport said so. */
  | { readonly outcome: 'retry'; readonly afterMs: number | null; readonly problem: string }
  /** No try would help: it goes to the dead letters. */
  | { readonly outcome: 'refused'; readonly problem: string };

export interface NoticeTransport {
  /** At most this many hand-overs at the same time. */
  readonly atOnce: number;
  /** Which notices of one person go over as one. */
  readonly together: Together;
  /** Whether a person gets one message after the other, so that what comes a moment later can join the last one. */
  readonly inTurn: boolean;
  send(bundle: Bundle, now: EpochMs): Promise<HandOver>;
}
