import type { ClockRules, RecordRules } from '@otklik/domain';
import { type Ruled, ruled } from '../../domain/testing/ruled.ts';
import { planDigest } from '../planDigest.ts';

/** The company of the examples, with plans told apart as the program does. */
export const company = (said: Ruled = {}): RecordRules & ClockRules => ({
  ...ruled(said),
  digestOf: planDigest,
});
