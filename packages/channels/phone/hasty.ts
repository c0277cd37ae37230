import { type DurationMs, SECOND } from '@otklik/domain';
import type { Memory } from '../channel.ts';

/** So long what was posted waits for the database, which most exchanges say once. */
const WITHIN_MS = SECOND;

/** A memory that is given up soon: that a client rings must not wait for a database that does not answer. */
export const hasty = (memory: Memory, withinMs: DurationMs = WITHIN_MS): Memory => ({
  recall: (names) => within(memory.recall(names), withinMs),
  recallAll: (prefix) => within(memory.recallAll(prefix), withinMs),
  remember: (values, term) => within(memory.remember(values, term), withinMs),
  claim: (values, term) => within(memory.claim(values, term), withinMs),
});

async function within<Answer>(asked: Promise<Answer>, withinMs: DurationMs): Promise<Answer> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('the database does not answer')), withinMs);
  try {
    return await Promise.race([asked, late]);
  } finally {
    clearTimeout(timer);
  }
}
