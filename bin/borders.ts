import type { Config } from '@otklik/config';
import type { EpochMs } from '@otklik/domain';

/** The configuration with the moment at which each channel began to be watched: its own, the company's, or when it first stood there. */
export function withBorders(config: Config, since: ReadonlyMap<string, EpochMs>): Config {
  const channels = [...config.channels].map(([id, channel]) => {
    const enforceFrom = channel.enforceFrom ?? since.get(id) ?? null;
    return [id, { ...channel, enforceFrom }] as const;
  });
  return { ...config, channels: new Map(channels) };
}
