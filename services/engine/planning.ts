import type { Config } from '@otklik/config';
import type { EpochMs } from '@otklik/domain';
import { planAnew, type Store } from '@otklik/store';
import type { Log } from '@otklik/telemetry';
import { rulesOf } from './rules.ts';

const RETRY_MS = 1_000;

/** Plans open waits anew at the start and whenever another configuration is in force, one run after the other. */
export function startPlanning(world: { config(): Config; store: Store; log: Log; now(): EpochMs }): {
  soon(): void;
  close(): Promise<void>;
} {
  let closed = false;
  let isWanted = false;
  let retry: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  const plan = async () => {
    if (!isWanted || closed) return;
    isWanted = false;
    try {
      const waits = await planAnew(world.store, rulesOf(world.config()), world.now());
      if (waits > 0) world.log.info({ waits }, 'open waits were planned anew');
    } catch (error) {
      world.log.error({ err: error }, 'open waits could not be planned anew; it is tried again');
      isWanted = true;
      if (!closed) retry = setTimeout(soon, RETRY_MS);
    }
  };
  const soon = () => {
    isWanted = true;
    running = running.then(plan);
  };
  soon();
  return {
    soon,
    close: async () => {
      closed = true;
      clearTimeout(retry);
      await running;
    },
  };
}
