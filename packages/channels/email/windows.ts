/** A read up to `to` broke the connection this many times. */
export interface Stumble {
  readonly path: string;
  readonly to: number;
  readonly times: number;
}

/** UIDs, inclusive. `bare`: without large parts. `skip`: given up, for a person. */
export interface Window {
  readonly from: number;
  readonly to: number;
  readonly how: 'full' | 'bare' | 'skip';
}

/** How many mails are read at a time, fewer after each break. */
const WIDTHS = [200, 14];
const BARE_AFTER = 3;
const SKIP_AFTER = 6;

/**
 * A mail that always breaks the connection must not block the rest: it is narrowed down, then read by its envelope,
 * which still opens a wait, then skipped.
 */
export function windowAt(path: string, from: number, last: number, stumble: Stumble | null): Window {
  const times = stumble?.path === path && from <= stumble.to ? stumble.times : 0;
  const to = Math.min(from + (WIDTHS[times] ?? 1) - 1, last);
  return { from, to, how: times >= SKIP_AFTER ? 'skip' : times >= BARE_AFTER ? 'bare' : 'full' };
}

/** This window broke the connection. */
export function stumbledAt(path: string, { from, to }: Window, before: Stumble | null): Stumble {
  const times = before?.path === path && from <= before.to ? before.times : 0;
  return { path, to, times: times + 1 };
}
