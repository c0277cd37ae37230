import { startLoop } from '@otklik/timing';
import { listen, type Signal } from './signals.ts';
import type { Store } from './store.ts';

/** Polls too, as a signal may be lost. */
const LOOK_EVERY_MS = 2_000;

/** Calls `read` again on each signal. Resolves when it listens. */
export async function follow(
  store: Store,
  about: Signal['about'],
  read: () => Promise<unknown>,
  failed: (error: Error) => void,
): Promise<{ close(): Promise<void> }> {
  const looking = startLoop(read, {
    everyMs: LOOK_EVERY_MS,
    waitsFirst: true,
    failed: (error) => failed(error instanceof Error ? error : new Error(String(error))),
  });
  const listening = await listen(store, {
    signal: (said) => said.about === about && looking.hurry(),
    gap: looking.hurry,
    error: failed,
  });
  return {
    close: async () => {
      await listening.close();
      await looking.close();
    },
  };
}
