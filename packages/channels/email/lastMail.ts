import type { Address, Mail } from './mail.ts';

/** What an answer replies to. */
export interface LastMail {
  readonly messageId: string;
  readonly references: readonly string[];
  readonly replyTo: string;
  readonly subject: string;
}

/** The newest are enough for threading. */
const MOST_REFERENCES = 20;

export const lastName = (thread: string): string => `last:${thread}`;

/** null without a Message-ID. `to`: the client's reply address. */
export function lastMailOf({ messageId, references, subject }: Mail, to: Address): LastMail | null {
  if (messageId === null) return null;
  return { messageId, references: references.slice(-MOST_REFERENCES), replyTo: to.address, subject };
}
