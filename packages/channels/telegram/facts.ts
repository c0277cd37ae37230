import type { EpochMs } from '@otklik/domain';
import { z } from 'zod';

/**
 * What a bot has to remember of its chats, as text under names (see `Memory`). Facts of the account; where a comment
 * belongs (`chain:`, `last:`, `by:`) is kept with the history.
 */

/** An employee's own account, connected to the bot: https://core.telegram.org/bots/api#businessconnection */
const connection = z.object({
  user: z.int(),
  name: z.string().nullable(),
  enabled: z.boolean(),
  /** When we learned that it is as it is now. Milliseconds. */
  since: z.number(),
  /** When a message last came through it. Milliseconds. */
  seenAt: z.number().nullable(),
});

const group = z.object({
  title: z.string().nullable(),
  /** The channel whose comments this group holds. */
  linked: z.int().nullable(),
  /** A group that became a supergroup has another id from then on. */
  movedTo: z.int().nullable(),
  movedFrom: z.int().nullable(),
  /** The bot is no member any more. */
  left: z.boolean(),
});

export type Connection = z.infer<typeof connection>;
export type Group = z.infer<typeof group>;

export const UNKNOWN_GROUP: Group = {
  title: null,
  linked: null,
  movedTo: null,
  movedFrom: null,
  left: false,
};

export type Known = ReadonlyMap<string, string>;

export const CONNECTIONS = 'connection:';
export const GROUPS = 'group:';

export const connectionName = (id: string) => `${CONNECTIONS}${id}`;
export const groupName = (chat: number) => `${GROUPS}${chat}`;
/** Which thread a comment belongs to. */
export const chainName = (chat: number, message: number) => `chain:${chat}:${message}`;
/** The thread of the client who commented last under a post. */
export const lastName = (chat: number, post: number) => `last:${chat}:${post}`;
/** The thread of what somebody wrote under a post. */
export const byName = (chat: number, post: number, author: number) => `by:${chat}:${post}:${author}`;

export const readConnection = (text: string | undefined): Connection | null => read(connection, text);
export const readGroup = (text: string | undefined): Group | null => read(group, text);

/** What was written by an older version is as good as forgotten: it is learned again. */
function read<T>(schema: z.ZodType<T>, text: string | undefined): T | null {
  if (text === undefined) return null;
  return schema.safeParse(JSON.parse(text)).data ?? null;
}

export function connectionFact(
  {
    user,
    is_enabled: enabled,
  }: { user: { id: number; first_name?: string | undefined }; is_enabled: boolean },
  before: Connection | null,
  now: EpochMs,
): Connection {
  const since = before !== null && before.enabled === enabled ? before.since : now;
  return { user: user.id, name: user.first_name ?? null, enabled, since, seenAt: before?.seenAt ?? null };
}
