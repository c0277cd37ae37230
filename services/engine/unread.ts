import type { Config } from '@otklik/config';
import type { EpochMs } from '@otklik/domain';
import { type ChannelState, channelStates, type Store } from '@otklik/store';

/** Longest hold for a lagging channel without progress (law 7). */
const LONGEST_HOLD_MS = 30_000;
/** Longest hold for a lagging channel with progress (law 7). */
const LONGEST_READING_MS = 300_000;

interface UnreadDeps {
  config(): Config;
  readonly store: Store;
  now(): EpochMs;
}

/** Asks for channels not caught up since the start: their waits raise no alarm. */
export function watchUnread({ config, store, now }: UnreadDeps): () => Promise<string[]> {
  const startedAt = now();
  const movedAt = ({ progress_at }: ChannelState) => Math.max(startedAt, progress_at ?? startedAt);
  let mayBeBehind = true;
  return async () => {
    if (!mayBeBehind) return [];
    // Before the states are read: progress meanwhile must not look like a standstill.
    const at = now();
    const states = [...(await channelStates(store)).values()];
    const behind = states.filter(({ caught_up, channel }) => !caught_up && config().channels.has(channel));
    if (behind.length === 0 || at - startedAt >= LONGEST_READING_MS) mayBeBehind = false;
    if (!mayBeBehind) return [];
    return behind.filter((state) => at - movedAt(state) < LONGEST_HOLD_MS).map(({ channel }) => channel);
  };
}
