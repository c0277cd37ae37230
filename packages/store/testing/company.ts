import type { ClockRules, RecordRules } from '@otklik/domain';
import { type Ruled, ruled } from '../../domain/testing/ruled.ts';
import { planDigest } from '../planDigest.ts';

/** The example company, with the program's plan digests. */
export const company = (said: Ruled = {}): RecordRules & ClockRules => ({
  ...ruled(said),
  digestOf: planDigest,
});
