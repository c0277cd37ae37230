import { ActionIcon, UnstyledButton } from '@mantine/core';
import {
  IconExternalLink,
  IconHourglassLow,
  IconMessages,
  IconMoonStars,
  IconPhone,
} from '@tabler/icons-react';
import { memo } from 'react';
import { AskedNow } from './AskedNow.tsx';
import { ChannelIcon, TurnIcon } from './ChannelIcon.tsx';
import { Countdown, WaitingFor, WindowBar } from './Countdown.tsx';
import { useClock } from './clock.ts';
import { useDirectory } from './directory.tsx';
import { useLanguage } from './locale.tsx';
import { StageMark } from './StageMark.tsx';
import type { Texts } from './texts.ts';
import { WaitActions } from './WaitActions.tsx';
import { dialledBy, stageAt } from './waits.ts';
import type { Wait } from './wire.ts';
import { digits } from './wording.ts';

export const useStage = (wait: Wait) => useClock((now) => stageAt(wait, now));

/** What to know before judging the response time. */
export function WaitMarks({ wait }: { readonly wait: Wait }) {
  const { locale, texts } = useLanguage();
  const { channelName } = useDirectory();
  return (
    <>
      {wait.also_on.length > 0 && (
        <span className="mark">
          <IconMessages size={14} stroke={1.7} aria-hidden="true" />
          {texts.alsoOn(wait.also_on.map(channelName).join(', '))}
        </span>
      )}
      {wait.after_hours && (
        <span className="mark">
          <IconMoonStars size={14} stroke={1.7} aria-hidden="true" />
          {texts.afterHours}
        </span>
      )}
      {wait.late_delivered >= 1 && (
        <span className="mark" title={texts.lateDeliveredWhy}>
          <IconHourglassLow size={14} stroke={1.7} aria-hidden="true" />
          {texts.lateDelivered(digits(wait.late_delivered, locale))}
        </span>
      )}
    </>
  );
}

interface Props {
  readonly wait: Wait;
  readonly onOpen: (id: string) => void;
}

/** For a client who left no words. */
const wordlessOf = ({ kind, missed_at }: Wait, texts: Texts): string =>
  kind === 'call' && missed_at !== null ? texts.missedCall : texts.wordless[kind];

/** The whole card opens the details; its buttons lie above. */
function CardLink({ href }: { readonly href: string }) {
  const { texts } = useLanguage();
  const number = dialledBy(href);
  const [Icon, label] =
    number === null ? [IconExternalLink, texts.openChat] : [IconPhone, texts.dial(number)];
  return (
    <ActionIcon
      component="a"
      href={href}
      {...(number === null && { target: '_blank', rel: 'noreferrer' })}
      variant="subtle"
      color="gray"
      className="wait-card__link"
      aria-label={label}
      title={label}
    >
      <Icon size={17} stroke={1.7} />
    </ActionIcon>
  );
}

export const WaitCard = memo(function WaitCard({ wait, onOpen }: Props) {
  const { texts } = useLanguage();
  const { channelName, channelKind } = useDirectory();
  const stage = useStage(wait);
  return (
    <article className="wait-card" data-wait={wait.id} data-stage={stage} data-glide={wait.id}>
      <WindowBar wait={wait} />
      <div className="wait-card__top">
        <Countdown wait={wait} />
        <StageMark stage={stage} />
      </div>
      <div className="wait-card__who">
        <UnstyledButton
          className="wait-card__open"
          aria-label={texts.details(wait.client ?? texts.unnamed)}
          onClick={() => onOpen(wait.id)}
        >
          {wait.client ?? texts.unnamed}
        </UnstyledButton>
        <span className="wait-card__channel">
          <ChannelIcon kind={channelKind(wait.channel)} />
          <span>{channelName(wait.channel)}</span>
        </span>
        {wait.link !== null && <CardLink href={wait.link} />}
      </div>
      {wait.subject && <p className="wait-card__subject">{wait.subject.title}</p>}
      <p className="wait-card__text" data-wordless={wait.text === null || undefined}>
        <TurnIcon kind={wait.kind} />
        <span>{wait.text ?? wordlessOf(wait, texts)}</span>
      </p>
      <div className="wait-card__meta">
        <WaitingFor wait={wait} />
        <AskedNow wait={wait} />
        <WaitMarks wait={wait} />
      </div>
      <WaitActions wait={wait} />
    </article>
  );
});
