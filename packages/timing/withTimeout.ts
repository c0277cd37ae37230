import type { DurationMs } from '@otklik/domain';

/**
 * The answer, if it comes in time.
 * @throws when it does not; the work goes on all the same.
 */
export async function withTimeout<T>(
  ms: DurationMs,
  asked: Promise<T>,
  problem = `no answer within ${ms} ms`,
): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(problem)), ms);
  try {
    return await Promise.race([asked, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The answer, or `otherwise` when it is late; the work goes on all the same. */
export async function orAfter<T>(ms: DurationMs, asked: Promise<T>, otherwise: T): Promise<T> {
  const { promise: late, resolve } = Promise.withResolvers<T>();
  const timer = setTimeout(() => resolve(otherwise), ms);
  try {
    return await Promise.race([asked, late]);
  } finally {
    clearTimeout(timer);
  }
}
