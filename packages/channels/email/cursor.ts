import { z } from 'zod';

/** How far a folder was read. A UID is valid only with its UIDVALIDITY (RFC 9051, 2.3.1.1). */
const place = z.object({ uidValidity: z.string(), lastUid: z.int().min(0) });
const cursor = z.record(z.string(), place);

export type Place = z.infer<typeof place>;
/** By folder path. */
export type Cursor = z.infer<typeof cursor>;

/** Unreadable means none: the latest mails are read again, and count once. */
export function readCursor(text: string | null): Cursor {
  if (text === null) return {};
  try {
    return cursor.safeParse(JSON.parse(text)).data ?? {};
  } catch {
    return {};
  }
}
