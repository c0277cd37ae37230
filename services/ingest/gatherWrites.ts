interface Limits<Request> {
  sizeOf(request: Request): number;
  /** Of the requests that are written together; a single request may be larger. */
  readonly maxSize: number;
  readonly maxWrites: number;
}

interface GatheredWrites<Request> {
  add(request: Request): void;
  /** Resolves when everything is written. */
  flush(): Promise<void>;
}

/** Gathers the requests that arrive while other writes are under way, and writes them together. `write` must not reject. */
export function gatherWrites<Request>(
  write: (requests: readonly Request[]) => Promise<void>,
  { maxWrites, ...limits }: Limits<Request>,
): GatheredWrites<Request> {
  const waiting: Request[] = [];
  const writes = new Set<Promise<void>>();
  let scheduled = false;

  /** In the next turn of the event loop, so that the requests of this turn go together. */
  function schedule(): void {
    if (scheduled || waiting.length === 0 || writes.size >= maxWrites) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      if (waiting.length === 0) return;
      const started: Promise<void> = write(removeFirst(waiting, limits)).finally(() => {
        writes.delete(started);
        schedule();
      });
      writes.add(started);
      schedule();
    });
  }

  return {
    add: (request) => {
      waiting.push(request);
      schedule();
    },
    flush: async () => {
      while (waiting.length > 0 || writes.size > 0) {
        schedule();
        await (writes.size > 0 ? Promise.all(writes) : new Promise((resolve) => setImmediate(resolve)));
      }
    },
  };
}

/** Removes and returns whole requests: at least one, together at most `maxSize`. */
function removeFirst<Request>(
  waiting: Request[],
  { sizeOf, maxSize }: Pick<Limits<Request>, 'sizeOf' | 'maxSize'>,
): Request[] {
  let size = 0;
  let requests = 0;
  for (const request of waiting) {
    size += sizeOf(request);
    if (requests > 0 && size > maxSize) break;
    requests += 1;
  }
  return waiting.splice(0, requests);
}
