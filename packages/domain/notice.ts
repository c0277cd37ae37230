import type { Stage } from './dueSteps.ts';
import type { LateReason } from './lateness.ts';
import type { EpochMs } from './time.ts';
import type { Transport } from './transport.ts';

export type NoticeType =
  | 'wait.opened'
  | 'wait.step'
  | 'wait.closed'
  /** To people who were pinged by mail: the wait is over, or somebody else's. */
  | 'wait.ended'
  /** What became of a reply to a ping by mail. */
  | 'reply.told'
  | 'channel.down'
  | 'channel.up'
  /** A step of the call-back plan, and its end. */
  | 'cadence.attempt'
  | 'cadence.ended'
  | 'history.left'
  | 'dispute.opened'
  | 'dispute.decided';

/** For one recipient by one transport. */
export interface NewNotice {
  readonly type: NoticeType;
  readonly wait_id: string | null;
  readonly channel: string | null;
  readonly step: number | null;
  readonly stage: Stage | null;
  /** null: the company's webhook. */
  readonly recipient: string | null;
  readonly transport: Transport;
  readonly due_at: EpochMs;
  readonly late_reason: LateReason | null;
  /** By the recipient's quiet hours, until `not_before`. */
  readonly held?: boolean;
  readonly not_before?: EpochMs;
  /** Whom no transport reached. */
  readonly instead_of?: string | null;
  /** For the words, beside the wait. */
  readonly data?: unknown;
}

/** With defaults for what does not apply. */
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
