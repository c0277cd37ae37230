/** Milliseconds since the Unix epoch. The core reads no clock. */
export type EpochMs = number;

/** Milliseconds. */
export type DurationMs = number;

export const SECOND: DurationMs = 1_000;
export const MINUTE: DurationMs = 60_000;
export const HOUR: DurationMs = 3_600_000;
export const DAY: DurationMs = 86_400_000;
