import type { SocketConfig } from '@whiskeysockets/baileys';

type Counts = NonNullable<SocketConfig['msgRetryCounterCache']>;

const MOST = 10_000;

/** Outlives a connection, so a bad message is not requested for ever. */
export function retryCounts(): Counts {
  const counts = new Map<string, unknown>();
  return {
    get: <Value>(key: string) => counts.get(key) as Value | undefined,
    set: (key: string, value: unknown) => {
      counts.delete(key);
      counts.set(key, value);
      const [oldest] = counts.keys();
      if (counts.size > MOST && oldest !== undefined) counts.delete(oldest);
    },
    del: (key: string) => {
      counts.delete(key);
    },
    flushAll: () => counts.clear(),
  };
}
