/**
 * Reads something again and again, by several who do not know of each other: what was begun earlier and ends later is out of
 * date, and never takes the place of what was begun after it.
 */
export function latestOf<T>(read: () => Promise<T>, apply: (value: T) => void): () => Promise<void> {
  let begun = 0;
  let applied = 0;
  return async () => {
    begun += 1;
    const turn = begun;
    const value = await read();
    if (turn < applied) return;
    applied = turn;
    apply(value);
  };
}
