import type { Config } from '@otklik/config';
import { type EpochMs, HOUR } from '@otklik/domain';
import { forgetOld, type Store } from '@otklik/store';
import type { Log } from '@otklik/telemetry';

/** Forgets what is too old, at the start and every hour. Returns how to stop it. */
export function startRetention(world: { config(): Config; store: Store; log: Log; now(): EpochMs }): {
  close(): Promise<void>;
} {
  let running: Promise<void> = Promise.resolve();
  const sweep = () => {
    running = running.then(async () => {
      try {
        const forgotten = await forgetOld(world.store, world.config().privacy, world.now());
        if (forgotten.texts + forgotten.events > 0)
          world.log.info(forgotten, 'what was older than privacy allows has been forgotten');
      } catch (error) {
        world.log.error({ err: error }, 'old data could not be forgotten; it is tried again in an hour');
      }
    });
  };
  const timer = setInterval(sweep, HOUR);
  sweep();
  return {
    close: async () => {
      clearInterval(timer);
      await running;
    },
  };
}
