import { type DurationMs, type EpochMs, SECOND } from './time.ts';

/** Events that were acknowledged and are not yet recorded, in one place where they wait (a queue, a spool). */
export interface Backlog {
  readonly source: string;
  /** When the oldest of them was received; of a place that does not answer, when it last did. */
  readonly since: EpochMs;
  /** The channels that they came from; null when these are not known: any. */
  readonly channels: readonly string[] | null;
}

/** Whose waits a backlog concerns: those of clients known on these channels; null: everybody's. */
export interface Concern {
  readonly channels: readonly string[] | null;
}

export interface BacklogState {
  /** Whose steps must not fire now; null: nobody's. */
  readonly held: Concern | null;
  /** Whose answers may be on their way, whether steps are still held for them or not. */
  readonly standing: Concern | null;
  /** When the backlog of each source began. To be given back at the next look. */
  readonly begun: ReadonlyMap<string, EpochMs>;
}

/** Whatever is younger is under way, and no backlog. */
export const UNDER_WAY: DurationMs = SECOND;
/** An unknown answer holds no alarm longer than this: somebody may be waiting in truth. */
export const LONGEST_HOLD: DurationMs = 30 * SECOND;

/**
 * Whether steps may fire while acknowledged events are unrecorded (law 7): an answer may be among them. Held for half a
 * minute from the beginning of the backlog, however its content changes.
 * `ableSince`: from when on the clock could have fired. While it could not, nothing was held back.
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
