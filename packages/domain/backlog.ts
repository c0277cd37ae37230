import { type DurationMs, type EpochMs, SECOND } from './time.ts';

/** Acknowledged, unrecorded events in one place (a queue, a spool). */
export interface Backlog {
  readonly source: string;
  /** When the oldest was received; or when a silent place last answered. */
  readonly since: EpochMs;
  /** Where they came from; null: unknown, so any. */
  readonly channels: readonly string[] | null;
}

/** Clients known on these channels; null: everybody. */
export interface Concern {
  readonly channels: readonly string[] | null;
}

export interface BacklogState {
  /** Whose steps must not fire now; null: nobody's. */
  readonly held: Concern | null;
  /** Whose answers may be on their way, held or not. */
  readonly standing: Concern | null;
  /** By source, for the next look. */
  readonly begun: ReadonlyMap<string, EpochMs>;
}

/** Younger events are under way, not a backlog. */
export const UNDER_WAY: DurationMs = SECOND;
/** A possible answer holds no alarm longer than this. */
export const LONGEST_HOLD: DurationMs = 30 * SECOND;

/**
 * Whose steps to hold while acknowledged events, perhaps answers, are unrecorded (law 7): half a minute from the
 * beginning of the backlog, whatever it contains then. Before `ableSince` the clock could not fire anyway.
 */
export function holdFor(
  backlogs: readonly Backlog[],
  before: ReadonlyMap<string, EpochMs>,
  { now, ableSince }: { readonly now: EpochMs; readonly ableSince: EpochMs },
): BacklogState {
  const old = backlogs.filter(({ since }) => now - since > UNDER_WAY);
  const begun = new Map(
    old.map(({ source, since }) => [
      source,
      Math.max(ableSince, Math.min(since, before.get(source) ?? since)),
    ]),
  );
  const holding = old.filter(({ source }) => now - (begun.get(source) ?? now) < LONGEST_HOLD);
  return { held: concernOf(holding), standing: concernOf(old), begun };
}

function concernOf(backlogs: readonly Backlog[]): Concern | null {
  if (backlogs.length === 0) return null;
  if (backlogs.some(({ channels }) => channels === null)) return { channels: null };
  return { channels: [...new Set(backlogs.flatMap(({ channels }) => channels ?? []))] };
}
