import type { EpochMs } from '@otklik/domain';
import type { ClaimedNotice } from '@otklik/store';

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
  send(notice: ClaimedNotice, now: EpochMs): Promise<HandOver>;
}
