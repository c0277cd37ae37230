import type { DurationMs } from '@otklik/domain';
import { pause } from './pause.ts';

/** For recording what has happened and cannot be undone. */
export async function retryForever<T>(
  work: () => Promise<T>,
  failed: (error: unknown) => void,
  everyMs: DurationMs = 500,
): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      failed(error);
      await pause(everyMs);
    }
  }
}
