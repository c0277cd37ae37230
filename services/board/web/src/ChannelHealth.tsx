import { Tooltip } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { useDirectory } from './directory.tsx';
import { useTexts } from './locale.tsx';
import { LinkAccount } from './pages/LinkAccount.tsx';
import { useWide } from './useWide.ts';
import type { Channel } from './wire.ts';

/** More names than this do not fit a line: then the healthy ones are only counted. */
const NAMED_AT_MOST = { wide: 8, narrow: 2 };

const HEALTH = { up: 'up', down: 'down', unknown: 'unknown' } as const;
const healthOf = (channel: Channel) =>
  channel.up === null ? HEALTH.unknown : channel.up ? HEALTH.up : HEALTH.down;

function ChannelDot({ channel }: { readonly channel: Channel }) {
  const texts = useTexts();
  const health = healthOf(channel);
  const say = { up: texts.channelUp, down: texts.channelDown, unknown: texts.channelUnknown }[health](
    channel.name,
  );
  return (
    <Tooltip label={channel.problem === null ? say : `${say}. ${channel.problem}`} openDelay={200}>
      <li className="channel-dot" data-health={health} aria-label={say}>
        {health === 'down' ? (
          <IconPlugConnectedX size={15} stroke={2} aria-hidden="true" />
        ) : (
          <i aria-hidden="true" />
        )}
        {channel.name}
      </li>
    </Tooltip>
  );
}

/** Every channel with a dot; from many on, only those that need a look, and a count of the rest. */
export function ChannelStrip() {
  const texts = useTexts();
  const { channels } = useDirectory();
  const wide = useWide();
  if (channels.length === 0) return null;
  const named =
    channels.length > (wide ? NAMED_AT_MOST.wide : NAMED_AT_MOST.narrow)
      ? channels.filter((channel) => channel.up !== true)
      : channels;
  const unnamed = channels.length - named.length;
  return (
    <ul className="channel-strip" aria-label={texts.channels}>
      {named.map((channel) => (
        <ChannelDot key={channel.id} channel={channel} />
      ))}
      {unnamed > 0 && (
        <li className="channel-dot" data-health="up">
          <i aria-hidden="true" />
          {texts.channelsUp(unnamed)}
        </li>
      )}
    </ul>
  );
}

/** A channel that is down loses clients: said across the page, not by a dot. */
export function DownBanners() {
  const texts = useTexts();
  const { channels } = useDirectory();
  return channels
    .filter((channel) => channel.up === false)
    .map((channel) => (
      <div key={channel.id} className="down-banner" role="alert">
        <IconPlugConnectedX size={22} stroke={1.8} aria-hidden="true" />
        <div>
          <strong>{texts.downTitle(channel.name)}</strong>
          {channel.problem !== null && <span className="down-banner__why">{channel.problem}</span>}
          <span className="down-banner__hint">{texts.downHint}</span>
        </div>
        <LinkAccount channel={channel} />
      </div>
    ));
}
