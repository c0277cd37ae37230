import type { Config } from '@otklik/config';
import { type EpochMs, HOUR } from '@otklik/domain';
import { planAnew, type Store } from '@otklik/store';
import type { Log } from '@otklik/telemetry';
import { startLoop } from '@otklik/timing';
import { rulesOf } from './rules.ts';

const RETRY_MS = 1_000;
/** Changes of the configuration are signalled. */
const RARELY_MS = HOUR;

export interface Planning {
  /** Another configuration is in force. */
  soon(): void;
  close(): Promise<void>;
}

/** Replans open waits at the start and after each change of the configuration. */
export function startPlanning(deps: { config(): Config; store: Store; log: Log; now(): EpochMs }): Planning {
  const { hurry, close } = startLoop(
    async () => {
      const waits = await planAnew(deps.store, rulesOf(deps.config()), deps.now());
      if (waits > 0) deps.log.info({ waits }, 'open waits were planned anew');
    },
    {
      everyMs: RARELY_MS,
      retryMs: RETRY_MS,
      failed: (error) =>
        deps.log.error({ err: error }, 'open waits could not be planned anew; it is tried again'),
    },
  );
  return { soon: hurry, close };
}
