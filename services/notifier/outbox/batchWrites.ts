/** Writes together what comes within one turn of the event loop. */
export function createBatchWrites<T>(
  write: (batch: readonly T[]) => Promise<void>,
): (item: T) => Promise<void> {
  let collected: T[] = [];
  let writing: Promise<void> = Promise.resolve();
  return (item) => {
    collected.push(item);
    if (collected.length === 1) {
      writing = writing
        .then(() => new Promise((resolve) => setImmediate(resolve)))
        .then(() => {
          const batch = collected;
          collected = [];
          return write(batch);
        });
    }
    return writing;
  };
}
