import type { Config } from '@otklik/config';
import { type EpochMs, SECOND } from '@otklik/domain';
import { type Store, seeChannels } from '@otklik/store';
import type { Log } from '@otklik/telemetry';

const SEE_EVERY_MS = 10 * SECOND;

/** Keeps on record that the channels are watched, so that a time in which they were not shows as a gap. */
export function keepSight(world: { config(): Config; store: Store; log: Log; now(): EpochMs }): {
  close(): Promise<void>;
} {
  let running: Promise<void> = Promise.resolve();
  const see = () => {
    running = running.then(async () => {
      try {
        await seeChannels(world.store, [...world.config().channels.keys()], world.now());
      } catch (error) {
        world.log.warn({ err: error }, 'it could not be written down that channels are watched');
      }
    });
  };
  const timer = setInterval(see, SEE_EVERY_MS);
  see();
  return {
    close: async () => {
      clearInterval(timer);
      await running;
    },
  };
}
