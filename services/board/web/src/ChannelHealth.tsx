import { Tooltip } from '@mantine/core';
import { IconPlugConnectedX, IconVolumeOff } from '@tabler/icons-react';
import { useState } from 'react';
import { useDirectory } from './directory.tsx';
import { useLanguage, useTexts } from './locale.tsx';
import { LinkAccount } from './pages/LinkAccount.tsx';
import { TestChannel } from './pages/TestChannel.tsx';
import { useMe } from './queries.ts';
import { useWide } from './useWide.ts';
import type { Channel } from './wire.ts';
import { asSentence, firstOf, minuteOfDay } from './wording.ts';

/** With more names the healthy ones are only counted. */
const NAMED_AT_MOST = { wide: 8, narrow: 2 };
const GONE_NAMED_AT_MOST = 4;

type Health = 'up' | 'partly' | 'silent' | 'down' | 'unknown' | 'gone';

function healthOf({ up, silent_since, gaps, gone_since }: Channel): Health {
  if (gone_since !== null) return 'gone';
  if (up === false) return 'down';
  if (silent_since !== null) return 'silent';
  if (gaps.length > 0) return 'partly';
  return up === null ? 'unknown' : 'up';
}

function ChannelDot({ channel }: { readonly channel: Channel }) {
  const texts = useTexts();
  const health = healthOf(channel);
  const say = {
    up: texts.channelUp,
    partly: texts.gapsOf,
    silent: texts.silentTitle,
    down: texts.channelDown,
    unknown: texts.channelUnknown,
    gone: texts.goneTitle,
  }[health](channel.name);
  const more = [channel.problem, ...channel.gaps].filter((part) => part !== null).map(asSentence);
  const role = useMe().data?.role;
  const [opened, setOpened] = useState(false);
  const dot = (
    <>
      {health === 'down' || health === 'silent' ? (
        <IconPlugConnectedX size={15} stroke={2} aria-hidden="true" />
      ) : (
        <i aria-hidden="true" />
      )}
      {channel.name}
    </>
  );
  const isTested = role === 'admin' || role === 'head';
  return (
    <li>
      <Tooltip label={[say, ...more].join('. ')} openDelay={200} multiline maw={420}>
        {isTested ? (
          <button
            type="button"
            className="channel-dot"
            data-health={health}
            aria-label={say}
            onClick={() => setOpened(true)}
          >
            {dot}
          </button>
        ) : (
          <span className="channel-dot" data-health={health} role="img" aria-label={say}>
            {dot}
          </span>
        )}
      </Tooltip>
      {opened && <TestChannel channel={channel} state={[say, ...more]} onClose={() => setOpened(false)} />}
    </li>
  );
}

/** A dot for each channel; of many only those that need a look, and a count. */
export function ChannelStrip() {
  const texts = useTexts();
  const channels = useDirectory().channels.filter((channel) => healthOf(channel) !== 'gone');
  const wide = useWide();
  if (channels.length === 0) return null;
  const named =
    channels.length > (wide ? NAMED_AT_MOST.wide : NAMED_AT_MOST.narrow)
      ? channels.filter((channel) => healthOf(channel) !== 'up')
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

/** A channel that is down or silent loses clients. */
export function DownBanners() {
  const { channels } = useDirectory();
  const gone = channels.filter((channel) => healthOf(channel) === 'gone');
  return (
    <>
      {channels.map((channel) => {
        const health = healthOf(channel);
        if (health === 'down') return <DownBanner key={channel.id} channel={channel} />;
        return health === 'silent' ? <SilentBanner key={channel.id} channel={channel} /> : null;
      })}
      {gone.length > 0 && <GoneBanner channels={gone} />}
    </>
  );
}

function DownBanner({ channel }: { readonly channel: Channel }) {
  const texts = useTexts();
  return (
    <div className="down-banner" role="alert">
      <IconPlugConnectedX size={22} stroke={1.8} aria-hidden="true" />
      <div>
        <strong>{texts.downTitle(channel.name)}</strong>
        {channel.problem !== null && <span className="down-banner__why">{channel.problem}</span>}
        <span className="down-banner__hint">{texts.downHint}</span>
      </div>
      <LinkAccount channel={channel} />
    </div>
  );
}

function SilentBanner({ channel }: { readonly channel: Channel }) {
  const { texts, locale } = useLanguage();
  const { silent_since: since, usual_per_hour: usual } = channel;
  const perHour = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(usual ?? 0);
  return (
    <div className="down-banner" role="alert">
      <IconVolumeOff size={22} stroke={1.8} aria-hidden="true" />
      <div>
        <strong>{texts.silentTitle(channel.name)}</strong>
        {since !== null && (
          <span className="down-banner__why">
            {texts.silentWhy(perHour, minuteOfDay(since, Date.now(), locale))}
          </span>
        )}
        <span className="down-banner__hint">{texts.silentHint}</span>
      </div>
    </div>
  );
}

/** Nobody sees whether its clients got an answer. */
function GoneBanner({ channels }: { readonly channels: readonly Channel[] }) {
  const texts = useTexts();
  const waits = (channel: Channel | undefined) => channel?.open_waits ?? 0;
  const all = channels.reduce((sum, channel) => sum + waits(channel), 0);
  const [first] = channels;
  const names = channels.map((channel) => texts.goneOne(channel.name, waits(channel)));
  return (
    <div className="down-banner" role="alert">
      <IconPlugConnectedX size={22} stroke={1.8} aria-hidden="true" />
      <div>
        <strong>
          {first && channels.length === 1 ? texts.goneWaits(waits(first), first.name) : texts.goneMany(all)}
        </strong>
        {channels.length > 1 && (
          <span className="down-banner__why">{firstOf(names, GONE_NAMED_AT_MOST, texts.andMore)}</span>
        )}
        <span className="down-banner__hint">{texts.goneHint}</span>
      </div>
    </div>
  );
}
