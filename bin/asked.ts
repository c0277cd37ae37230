/** How a program is asked to end: by a person's Ctrl-C, a terminal that closes, a service that is stopped. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface AskedToEnd {
  /** Aborts when it is asked. */
  readonly signal: AbortSignal;
  /** Resolves then. */
  readonly asked: Promise<void>;
  /** From now on a signal ends the program at once, as without us. */
  forget(): void;
}

/**
 * Hears that the program is to end. Being asked again changes nothing: a signal to a whole process group comes once from
 * the system, and again from each program above us that passes it on (npm, our own starter).
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
