import type { DurationMs } from '@otklik/domain';

export interface Loop {
  /** The next round begins at once, or as soon as the present one has ended. */
  hurry(): void;
  /** No more rounds; resolves when the present one has ended. */
  close(): Promise<void>;
}

interface LoopOptions {
  /** From the end of a round to the next; asked after each round where it is a function. */
  readonly everyMs: DurationMs | (() => Promise<DurationMs>);
  /** Instead of `everyMs` after a round that failed; `everyMs` when left out, or half a second where that is a function. */
  readonly retryMs?: DurationMs;
  /** A round failed. The loop goes on. */
  failed(error: unknown): void;
  /** Whether the first round waits like the others. */
  readonly waitsFirst?: boolean;
}

const RETRY_MS = 500;

/** Does the same again and again, one round after the other, until it is closed. A failed round ends no loop. */
export function startLoop(
  work: () => Promise<unknown>,
  { everyMs, retryMs, failed, waitsFirst = false }: LoopOptions,
): Loop {
  let running = true;
  let isHurried = false;
  let wake = () => {};
  const sleep = (ms: DurationMs) =>
    new Promise<void>((resolve) => {
      if (!running || isHurried) return resolve();
      const timer = setTimeout(resolve, Math.max(0, ms));
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const next = async (): Promise<DurationMs> => (typeof everyMs === 'function' ? everyMs() : everyMs);
  const afterFailure = retryMs ?? (typeof everyMs === 'function' ? RETRY_MS : everyMs);
  const run = async () => {
    if (waitsFirst) await sleep(await next());
    while (running) {
      isHurried = false;
      let restMs = afterFailure;
      try {
        await work();
        if (!isHurried) restMs = await next();
      } catch (error) {
        failed(error);
      }
      await sleep(restMs);
    }
  };
  const done = run();
  return {
    hurry: () => {
      isHurried = true;
      wake();
    },
    close: async () => {
      running = false;
      wake();
      await done;
    },
  };
}
