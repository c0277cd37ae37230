import { type EpochMs, SECOND } from '@otklik/domain';

/** Whether a channel may have one more request; a second's worth may come at once. */
export function createRateLimit(): (channel: string, perSecond: number, now: EpochMs) => boolean {
  const buckets = new Map<string, { tokens: number; at: EpochMs }>();
  return (channel, perSecond, now) => {
    const bucket = buckets.get(channel) ?? { tokens: perSecond, at: now };
    const passed = Math.max(0, now - bucket.at); // the clock may be set back
    const tokens = Math.min(perSecond, bucket.tokens + (passed / SECOND) * perSecond);
    buckets.set(channel, { tokens: tokens >= 1 ? tokens - 1 : tokens, at: now });
    return tokens >= 1;
  };
}
