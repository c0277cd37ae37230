import type { Change } from './waits.ts';

const KEPT = 2_000;

/** What the stream told lately: a list fetched meanwhile must not undo it. */
interface ChangeLog {
  note(changes: readonly Change[]): void;
  /** A place for `since`. */
  mark(): number;
  since(mark: number): readonly Change[];
}

export function createChangeLog(): ChangeLog {
  let kept: Change[] = [];
  let forgotten = 0;
  return {
    note(changes) {
      kept.push(...changes);
      const excess = kept.length - KEPT;
      if (excess > 0) {
        kept = kept.slice(excess);
        forgotten += excess;
      }
    },
    mark: () => forgotten + kept.length,
    since: (mark) => kept.slice(Math.max(0, mark - forgotten)),
  };
}
