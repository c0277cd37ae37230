/** Ctrl-C, a stopped service, a closed terminal. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface AskedToEnd {
  readonly signal: AbortSignal;
  readonly asked: Promise<void>;
  /** From now on a signal ends the program at once. */
  forget(): void;
}

/**
 * Hears that the program is to end. Repeats change nothing: the system signals the whole process group, and each
 * program above us (npm, our starter) passes the signal on.
 */
export function askedToEnd(): AskedToEnd {
  const ending = new AbortController();
  const { promise: asked, resolve } = Promise.withResolvers<void>();
  const end = () => {
    ending.abort(new Error('asked to end'));
    resolve();
  };
  for (const name of SIGNALS) process.on(name, end);
  return {
    signal: ending.signal,
    asked,
    forget: () => {
      for (const name of SIGNALS) process.removeListener(name, end);
    },
  };
}
