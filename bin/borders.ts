import type { Config } from '@otklik/config';
import type { EpochMs } from '@otklik/domain';

/** Adds when each channel began to be watched: its own setting, the company's, or when the channel first appeared. */
export function withBorders(config: Config, since: ReadonlyMap<string, EpochMs>): Config {
  const channels = [...config.channels].map(([id, channel]) => {
    const enforceFrom = channel.enforceFrom ?? since.get(id) ?? null;
    return [id, { ...channel, enforceFrom }] as const;
  });
  return { ...config, channels: new Map(channels) };
}
