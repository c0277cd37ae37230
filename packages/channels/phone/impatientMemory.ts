import { type DurationMs, SECOND } from '@otklik/domain';
import { withTimeout } from '@otklik/timing';
import type { Memory } from '../channel.ts';

/** Most exchanges post once, and a ringing client must not wait for a database that hangs. */
const WITHIN_MS = SECOND;

/** A memory with a time limit. */
export function impatient(memory: Memory, withinMs: DurationMs = WITHIN_MS): Memory {
  const soon = <Answer>(asked: Promise<Answer>) =>
    withTimeout(withinMs, asked, 'the database does not answer');
  return {
    recall: (names) => soon(memory.recall(names)),
    recallAll: (prefix) => soon(memory.recallAll(prefix)),
    remember: (values, term) => soon(memory.remember(values, term)),
    claim: (values, term) => soon(memory.claim(values, term)),
  };
}
