import type { EpochMs } from '@otklik/domain';
import type { AttachedToMail } from '../channel.ts';

/** One mail as a folder shows it, before anything of it is judged. Addresses in lower case. */
export interface Mail {
  /** What the folder is to us. */
  readonly folder: 'inbox' | 'sent' | 'junk';
  /** Without the angle brackets; null where it has none. */
  readonly messageId: string | null;
  readonly inReplyTo: string | null;
  /** The oldest first. */
  readonly references: readonly string[];
  readonly from: Address | null;
  /** Where the writer wants the answer, if it is not where the mail comes from. */
  readonly replyTo: Address | null;
  readonly to: readonly Address[];
  readonly subject: string;
  /** When the server got it, 1 s exact. */
  readonly internalDate: EpochMs | null;
  readonly size: number;
  /** Every `Precedence`, in lower case: some servers add their own. */
  readonly precedence: readonly string[];
  /** Lower-case names. */
  readonly headers: ReadonlyMap<string, string>;
  /** The `Authentication-Results`, the topmost first, folded as they are; none where it is not clear whom the From names. */
  readonly authentication: readonly string[];
  readonly contentType: string;
  readonly reportType: string | null;
  /** The words, without what they quote; null when they were not read or there are none, empty when nothing else is in it either. */
  readonly text: string | null;
  /** Of a mail without words of its own: what it passes on or quotes without a mark. */
  readonly quoted?: string;
  /** What a delivery report says of the mail that it is about. */
  readonly report: DeliveryReport | null;
  /** Left out of a mail that was read without its parts. */
  readonly attached?: AttachedToMail;
}

export interface Address {
  readonly address: string;
  readonly name: string | null;
}

/** What a mail server says of a mail of ours: RFC 3464, or in words of its own. */
export interface DeliveryReport {
  /** Whether it is a machine's for certain; else it is a report only if it is about a mail of ours, or somebody's words. */
  readonly isSure: boolean;
  readonly action: 'failed' | 'delayed' | 'delivered' | 'other';
  /** Message-IDs of the mail that it is about, the likeliest first; some may be of other mails. */
  readonly about: readonly string[];
  /** Whom it says not to have got it, in lower case. */
  readonly failed: readonly string[];
  /** Whom it says to have got it. */
  readonly reached: readonly string[];
  /** Addresses that stand in its words; some may be nobody's who was to get it. */
  readonly named: readonly string[];
}
