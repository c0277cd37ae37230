import type { Mail } from './mail.ts';

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

/** null for a mail that cannot be answered by its id. */
export function lastMailOf({ messageId, references, from, subject }: Mail): LastMail | null {
  if (messageId === null || from === null) return null;
  return { messageId, references: references.slice(-MOST_REFERENCES), replyTo: from.address, subject };
}
