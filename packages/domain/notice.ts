import type { Stage } from './dueSteps.ts';
import type { LateReason } from './lateness.ts';
import type { EpochMs } from './time.ts';
import type { Transport } from './transport.ts';

export type NoticeType =
  | 'wait.opened'
  | 'wait.step'
  | 'wait.closed'
  /** By mail alone, to one who was pinged by mail: it is over, or somebody else's. */
  | 'wait.ended'
  /** To one who replied to a ping by mail: what became of it. */
  | 'reply.told'
  | 'channel.down'
  | 'channel.up'
  | 'history.left'
  | 'dispute.opened'
  | 'dispute.decided';

/** One thing to tell one recipient by one transport, before it is sent. */
export interface NewNotice {
  readonly type: NoticeType;
  readonly wait_id: string | null;
  readonly channel: string | null;
  readonly step: number | null;
  readonly stage: Stage | null;
  /** A person's id; null: the company's webhook hears of the wait as such. */
  readonly recipient: string | null;
  readonly transport: Transport;
  readonly due_at: EpochMs;
  readonly late_reason: LateReason | null;
  /** Held back by the recipient's quiet hours, until `not_before`. */
  readonly held?: boolean;
  readonly not_before?: EpochMs;
  /** In whose place its recipient is asked, because no transport reached them. */
  readonly instead_of?: string | null;
  /** What the words need beside the wait. */
  readonly data?: unknown;
}

/** A notice; what is left out does not apply to it. */
export const newNotice = (
  about: Pick<NewNotice, 'type' | 'transport' | 'due_at'> & Partial<NewNotice>,
): NewNotice => ({
  wait_id: null,
  channel: null,
  step: null,
  stage: null,
  recipient: null,
  late_reason: null,
  ...about,
});
