import type { KeptChannel } from '@otklik/domain';
import type { ChannelBase } from './channelBase.ts';
import type { ConfigKind } from './configKind.ts';
import type { Config } from './types.ts';

/** What is kept of a channel for the day on which the file no longer names it. What every kind has must be here, or left out by name. */
export function keptChannel(channel: ChannelBase): KeptChannel {
  const { id, name, owner, duty, deputies, head, accounts, policy, kind, enforceFrom } = channel;
  const kept: Omit<ChannelBase, 'formerly' | 'rate' | 'provesPhones'> = {
    id,
    kind,
    name,
    owner,
    duty,
    deputies,
    head,
    accounts,
    policy,
    enforceFrom: enforceFrom ?? null,
  };
  return kept;
}

/** A channel by its id as it is written on a wait: one of the file, or one that is gone from it. */
export const channelOnWait = (
  { channels, gone }: Pick<Config, 'channels' | 'gone'>,
  id: string,
): KeptChannel | undefined => channels.get(id) ?? gone.get(id);

/** The channels of one kind, in the order of the file. */
export const channelsOf = <Channel extends ChannelBase>(
  { channels }: Pick<Config, 'channels'>,
  { kind }: ConfigKind<Channel>,
): Channel[] => [...channels.values()].filter((channel): channel is Channel => channel.kind === kind);

/** A channel by an id of now or of before. */
export function channelAt<Channel extends ChannelBase>(
  { channels }: Pick<Config<Channel>, 'channels'>,
  id: string,
): Channel | undefined {
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
