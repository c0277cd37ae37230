/** Where a connection broke while mails were being read: somewhere up to `to`, in a folder, so many times so far. */
export interface Stumble {
  readonly path: string;
  readonly to: number;
  readonly times: number;
}

/** UIDs, both ends inclusive. `bare`: without what can be large. `skip`: given up, for a person to look at. */
export interface Window {
  readonly from: number;
  readonly to: number;
  readonly how: 'full' | 'bare' | 'skip';
}

/** So many mails are read and kept at a time, the more seldom the more often the connection broke on them. */
const WIDTHS = [200, 14];
const BARE_AFTER = 3;
const SKIP_AFTER = 6;

/**
 * What to read next of a folder whose first unread mail is `from`. One mail on which the connection breaks each time (a
 * header of many megabytes, a server's own fault) must not hold up all that come after it: it is narrowed down,
 * then read by its envelope alone, which still opens a wait, and only then left out.
 */
export function windowAt(path: string, from: number, last: number, stumble: Stumble | null): Window {
  const times = stumble?.path === path && from <= stumble.to ? stumble.times : 0;
  const to = Math.min(from + (WIDTHS[times] ?? 1) - 1, last);
  return { from, to, how: times >= SKIP_AFTER ? 'skip' : times >= BARE_AFTER ? 'bare' : 'full' };
}

/** The connection broke while this window was being read. */
export function stumbledAt(path: string, { from, to }: Window, before: Stumble | null): Stumble {
  const times = before?.path === path && from <= before.to ? before.times : 0;
  return { path, to, times: times + 1 };
}
