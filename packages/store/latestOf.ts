/** For concurrent reads: one that began earlier but ended later is outdated, and not applied. */
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
