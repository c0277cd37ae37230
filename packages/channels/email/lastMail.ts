import type { Address, Mail } from './mail.ts';

/** The client's last mail of a thread: what an answer from a ping answers. */
export interface LastMail {
  readonly messageId: string;
  readonly references: readonly string[];
  readonly replyTo: string;
  readonly subject: string;
}

/** Of a long chain the newest ids are enough for every program. */
const MOST_REFERENCES = 20;

export const lastName = (thread: string): string => `last:${thread}`;

/** null for a mail that cannot be answered by its id. `to`: where the client wants the answer. */
export function lastMailOf({ messageId, references, subject }: Mail, to: Address): LastMail | null {
  if (messageId === null) return null;
  return { messageId, references: references.slice(-MOST_REFERENCES), replyTo: to.address, subject };
}
