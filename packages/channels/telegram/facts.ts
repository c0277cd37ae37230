import type { EpochMs } from '@otklik/domain';
import { z } from 'zod';

/** Text by key (see `Memory`). Facts of the account, but `chain:`, `last:` and `by:` live as long as the history. */

/** An employee's connected account: https://core.telegram.org/bots/api#businessconnection */
const connection = z.object({
  user: z.int(),
  name: z.string().nullable(),
  enabled: z.boolean(),
  /** When this state was learnt. Milliseconds. */
  since: z.number(),
  /** The last message through it. Milliseconds. */
  seenAt: z.number().nullable(),
});

const group = z.object({
  title: z.string().nullable(),
  /** The channel whose comments it holds. */
  linked: z.int().nullable(),
  /** A group's id changes when it becomes a supergroup. */
  movedTo: z.int().nullable(),
  movedFrom: z.int().nullable(),
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
/** Key: a comment's thread. */
export const chainName = (chat: number, message: number) => `chain:${chat}:${message}`;
/** Key: the latest client's thread under a post. */
export const lastName = (chat: number, post: number) => `last:${chat}:${post}`;
/** Key: an author's thread under a post. */
export const byName = (chat: number, post: number, author: number) => `by:${chat}:${post}:${author}`;

export const readConnection = (text: string | undefined): Connection | null => read(connection, text);
export const readGroup = (text: string | undefined): Group | null => read(group, text);

/** An older format is learnt again. */
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
