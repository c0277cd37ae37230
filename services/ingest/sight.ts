import type { Config } from '@otklik/config';
import { type EpochMs, SECOND } from '@otklik/domain';
import { type Store, seeChannels } from '@otklik/store';
import type { Log } from '@otklik/telemetry';
import { type Loop, startLoop } from '@otklik/timing';

const SEE_EVERY_MS = 10 * SECOND;

/** Records that the channels are watched, so that a time without it shows as a gap. */
export const keepSight = ({
  config,
  store,
  log,
  now,
}: {
  config(): Config;
  store: Store;
  log: Log;
  now(): EpochMs;
}): Pick<Loop, 'close'> =>
  startLoop(() => seeChannels(store, [...config().channels.keys()], now()), {
    everyMs: SEE_EVERY_MS,
    failed: (error) => log.warn({ err: error }, 'it could not be written down that channels are watched'),
  });
