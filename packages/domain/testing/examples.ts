import assert from 'node:assert/strict';
import { test } from 'vitest';
import type { FoldPolicy } from '../foldWaits.ts';
import { foldTold } from './story.ts';

/** A rule of the fold by example: what happened, and which waits come of it. */
export interface Example {
  /** The rule, as a sentence. */
  readonly rule: string;
  readonly events: string;
  readonly waits: readonly string[];
  readonly policy?: FoldPolicy;
}

/** One test per example. */
export function examples(...table: readonly Example[]): void {
  for (const { rule, events, waits, policy } of table)
    test(rule, () => assert.deepEqual(foldTold(events, policy), waits));
}
