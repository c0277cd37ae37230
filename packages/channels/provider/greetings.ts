import { createHash } from 'node:crypto';
import { type EpochMs, normalized, SECOND } from '@otklik/domain';
import { z } from 'zod';
import { isAutoReply } from './autoReply.ts';

/**
 * Greetings and away messages of the WhatsApp Business app bear no mark. A text is one if configured, or if it
 * follows clients' words within seconds in several chats.
 */
const WITHIN_MS = 5 * SECOND;
const CHATS = 3;

/** A quick answer counts as a person's until the same text comes elsewhere. */
const heard = z.array(z.object({ thread: z.string(), id: z.string() }));
export type Heard = z.infer<typeof heard>;

/** Only a digest is kept. */
export function greetingName(text: string): string {
  const plain = normalized(text, 'NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
  return `greeting:${createHash('sha256').update(plain).digest('hex').slice(0, 32)}`;
}

export type Judged =
  | { readonly by: 'person' }
  /** Quick enough for a machine; to be remembered. */
  | { readonly by: 'unsure'; readonly heard: Heard }
  /** `before`: earlier answers that were no person's. */
  | { readonly by: 'machine'; readonly heard: Heard | null; readonly before: Heard };

/**
 * @param text null without words.
 * @param lastTurn when the client last wrote here.
 * @param known the memory under {@link greetingName}.
 */
export function judgeGreeting(
  { text, thread, id, at }: { text: string | null; thread: string; id: string; at: EpochMs },
  lastTurn: EpochMs | null,
  known: string | undefined,
  configured: readonly string[],
): Judged {
  if (isAutoReply(text, configured)) return { by: 'machine', heard: null, before: [] };
  if (text === null || text.trim() === '') return { by: 'person' };
  const before = readHeard(known);
  if (before.some((one) => one.id === id))
    return { by: before.length < CHATS ? 'unsure' : 'machine', heard: before, before: [] };
  if (before.length >= CHATS) return { by: 'machine', heard: null, before: [] };
  if (lastTurn === null || at < lastTurn || at - lastTurn > WITHIN_MS) return { by: 'person' };
  if (before.some((one) => one.thread === thread)) return { by: 'unsure', heard: before };
  const now = [...before, { thread, id }];
  return now.length < CHATS ? { by: 'unsure', heard: now } : { by: 'machine', heard: now, before };
}

function readHeard(text: string | undefined): Heard {
  return text === undefined ? [] : (heard.safeParse(JSON.parse(text)).data ?? []);
}
