import type { KeptChannel } from '@otklik/domain';
import type { ChannelBase } from './kinds/channelBase.ts';
import type { ChannelConfig, Config } from './types.ts';

/** What is kept of a channel for the day on which the file no longer names it. What every kind has must be here, or left out by name. */
export function keptChannel(channel: ChannelConfig): KeptChannel {
  const { id, name, owner, duty, deputies, head, accounts, policy, kind, enforceFrom } = channel;
  const base: Omit<ChannelBase, 'formerly' | 'rate'> = {
    id,
    name,
    owner,
    duty,
    deputies,
    head,
    accounts,
    policy,
    enforceFrom: enforceFrom ?? null,
  };
  return { ...base, kind };
}

/** A channel by its id as it is written on a wait: one of the file, or one that is gone from it. */
export const channelOnWait = (
  { channels, gone }: Pick<Config, 'channels' | 'gone'>,
  id: string,
): KeptChannel | undefined => channels.get(id) ?? gone.get(id);

/** A channel by an id of now or of before. */
export function channelAt({ channels }: Pick<Config, 'channels'>, id: string): ChannelConfig | undefined {
  return channels.get(id) ?? [...channels.values()].find(({ formerly }) => formerly.includes(id));
}

/** By the ids that channels had before: those that they have now. */
export const formerIds = ({ channels }: Pick<Config, 'channels'>): ReadonlyMap<string, string> =>
  new Map([...channels.values()].flatMap(({ id, formerly }) => formerly.map((was) => [was, id] as const)));

/** Whether answers on a channel are seen no more, because no otklik.yaml names it. */
export function isChannelGone({ channels, gone }: Pick<Config, 'channels' | 'gone'>, id: string): boolean {
  const kept = channels.has(id) ? undefined : gone.get(id);
  return kept !== undefined && kept.goneSince !== null;
}
