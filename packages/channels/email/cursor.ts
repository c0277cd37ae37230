import { z } from 'zod';

/** Up to where a folder is ours. UIDs mean nothing under another UIDVALIDITY (RFC 9051, 2.3.1.1). */
const place = z.object({ uidValidity: z.string(), lastUid: z.int().min(0) });
const cursor = z.record(z.string(), place);

export type Place = z.infer<typeof place>;
/** By the folder's path. */
export type Cursor = z.infer<typeof cursor>;

/** What cannot be read is as good as none: then the latest mails are read again, and counted once by their ids. */
export function readCursor(text: string | null): Cursor {
  if (text === null) return {};
  try {
    return cursor.safeParse(JSON.parse(text)).data ?? {};
  } catch {
    return {};
  }
}
