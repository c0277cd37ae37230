import type { DurationMs } from '@otklik/domain';

export interface Loop {
  /** Begins the next round now, or right after the present one. */
  hurry(): void;
  /** No more rounds; resolves when the present one has ended. */
  close(): Promise<void>;
}

interface LoopOptions {
  /** From the end of a round to the next. A function is asked after each round. */
  readonly everyMs: DurationMs | (() => Promise<DurationMs>);
  /** After a failed round. Default: `everyMs`, or half a second where that is a function. */
  readonly retryMs?: DurationMs;
  /** The loop goes on. */
  failed(error: unknown): void;
  /** The first round waits too. */
  readonly waitsFirst?: boolean;
}

const RETRY_MS = 500;

/** Runs rounds one after the other until it is closed. A failed round does not end it. */
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
