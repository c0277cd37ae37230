import { setTimeout as wait } from 'node:timers/promises';
import type { DurationMs } from '@otklik/domain';

/** Ends early with the signal. Never rejects. */
export async function pause(ms: DurationMs, signal?: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal }).catch(() => undefined);
}
