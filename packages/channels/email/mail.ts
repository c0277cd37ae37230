import type { EpochMs } from '@otklik/domain';
import type { AttachedToMail } from '../channel.ts';

/** A mail as fetched. Addresses in lower case. */
export interface Mail {
  readonly folder: 'inbox' | 'sent' | 'junk';
  /** Without angle brackets. */
  readonly messageId: string | null;
  readonly inReplyTo: string | null;
  /** Oldest first. */
  readonly references: readonly string[];
  readonly from: Address | null;
  /** Where the writer wants the answer. */
  readonly replyTo: Address | null;
  readonly to: readonly Address[];
  readonly subject: string;
  /** When the server got it, to the second. */
  readonly internalDate: EpochMs | null;
  readonly size: number;
  /** All `Precedence` values, in lower case: some servers add their own. */
  readonly precedence: readonly string[];
  /** Lower-case names. */
  readonly headers: ReadonlyMap<string, string>;
  /** `Authentication-Results`, topmost first, still folded; empty where the From is unclear. */
  readonly authentication: readonly string[];
  readonly contentType: string;
  readonly reportType: string | null;
  /** The words without quotes. null: not read or none; empty: the mail has nothing else either. */
  readonly text: string | null;
  /** What a mail without own words forwards or quotes unmarked. */
  readonly quoted?: string;
  readonly report: DeliveryReport | null;
  /** Absent when the parts were not read. */
  readonly attached?: AttachedToMail;
}

export interface Address {
  readonly address: string;
  readonly name: string | null;
}

/** RFC 3464 or free text. */
export interface DeliveryReport {
  /** Certainly a machine's; otherwise only if it matches a mail of ours. */
  readonly isSure: boolean;
  readonly action: 'failed' | 'delayed' | 'delivered' | 'other';
  /** Likeliest first; some may belong to other mails. */
  readonly about: readonly string[];
  /** In lower case. */
  readonly failed: readonly string[];
  readonly reached: readonly string[];
  /** Addresses in its words; some may not be recipients. */
  readonly named: readonly string[];
}
