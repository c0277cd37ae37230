import type { Config } from '@otklik/config';
import { type EpochMs, HOUR } from '@otklik/domain';
import { forgetOld, type Store } from '@otklik/store';
import type { Log } from '@otklik/telemetry';
import { type Loop, startLoop } from '@otklik/timing';

interface RetentionDeps {
  config(): Config;
  readonly store: Store;
  readonly log: Log;
  now(): EpochMs;
}

/** Deletes what is too old, at the start and every hour. */
export const startRetention = ({ config, store, log, now }: RetentionDeps): Pick<Loop, 'close'> =>
  startLoop(
    async () => {
      const forgotten = await forgetOld(store, config().privacy, now());
      if (forgotten.texts + forgotten.events > 0)
        log.info(forgotten, 'what was older than privacy allows has been forgotten');
    },
    {
      everyMs: HOUR,
      failed: (error) =>
        log.error({ err: error }, 'old data could not be forgotten; it is tried again in an hour'),
    },
  );
