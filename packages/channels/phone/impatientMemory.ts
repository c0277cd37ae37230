import { type DurationMs, SECOND } from '@otklik/domain';
import { withTimeout } from '@otklik/timing';
import type { Memory } from '../channel.ts';

/** So long what was posted waits for the database, which most exchanges say once. */
const WITHIN_MS = SECOND;

/** A memory that is given up soon: that a client rings must not wait for a database that does not answer. */
export function hasty(memory: Memory, withinMs: DurationMs = WITHIN_MS): Memory {
  const soon = <Answer>(asked: Promise<Answer>) =>
    withTimeout(withinMs, asked, 'the database does not answer');
  return {
    recall: (names) => soon(memory.recall(names)),
    recallAll: (prefix) => soon(memory.recallAll(prefix)),
    remember: (values, term) => soon(memory.remember(values, term)),
    claim: (values, term) => soon(memory.claim(values, term)),
  };
}
