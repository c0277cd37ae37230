import { Anchor, Button, Drawer, Skeleton } from '@mantine/core';
import { IconExternalLink, IconPhone } from '@tabler/icons-react';
import { useState } from 'react';
import { AskedNow } from './AskedNow.tsx';
import { ApiProblem } from './api.ts';
import { ChannelIcon } from './ChannelIcon.tsx';
import { Countdown, WindowBar } from './Countdown.tsx';
import { clock } from './clock.ts';
import { useDirectory } from './directory.tsx';
import { useLanguage } from './locale.tsx';
import { DisputeSection } from './pages/DisputeSection.tsx';
import { useWait } from './queries.ts';
import { refusal } from './refusal.ts';
import { StageMark } from './StageMark.tsx';
import { Story } from './Story.tsx';
import type { Texts } from './texts.ts';
import { WaitActions } from './WaitActions.tsx';
import { useStage, WaitMarks } from './WaitCard.tsx';
import { dialledBy } from './waits.ts';
import type { Wait, WaitWithTimeline } from './wire.ts';
import { digits, timeOfDay } from './wording.ts';

function Facts({ wait }: { readonly wait: WaitWithTimeline }) {
  const { locale, texts } = useLanguage();
  const { personName, channelName } = useDirectory();
  const time = (iso: string) => timeOfDay(iso, clock.now(), locale);
  const facts: readonly (readonly [string, string | null])[] = [
    [texts.drawer.opened, time(wait.opened_at)],
    [texts.drawer.deadline, wait.history ? null : time(wait.breach_at)],
    [texts.drawer.owner, personName(wait.owner)],
    [texts.typedPhone, wait.typed_phone],
    [
      texts.drawer.next,
      wait.closed_at === null && wait.next_step_at !== null ? time(wait.next_step_at) : null,
    ],
    [texts.drawer.answered, wait.answered_by && personName(wait.answered_by)],
    [texts.drawer.response, wait.response_seconds === null ? null : digits(wait.response_seconds, locale)],
    [
      texts.channels,
      wait.answered_via && wait.answered_via !== wait.channel ? channelName(wait.answered_via) : null,
    ],
  ];
  return (
    <dl className="facts">
      {facts.map(([name, value]) =>
        value === null ? null : (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ),
      )}
    </dl>
  );
}

/** No clock runs for history. */
function HistoryState({ wait }: { readonly wait: WaitWithTimeline }) {
  const { texts } = useLanguage();
  return (
    <div className="drawer-state" data-stage="waiting">
      <strong>{texts.history}</strong>
      <p className="drawer-note">{texts.historyOne}</p>
      <div className="wait-card__meta">
        <WaitMarks wait={wait} />
      </div>
      <WaitActions wait={wait} callFrom={wait.call_back?.from ?? null} />
    </div>
  );
}

function JoinedState() {
  const { texts } = useLanguage();
  return (
    <div className="drawer-state" data-stage="waiting">
      <strong>{texts.joined}</strong>
      <p className="drawer-note">{texts.joinedWhy}</p>
    </div>
  );
}

function OpenState({ wait }: { readonly wait: WaitWithTimeline }) {
  const stage = useStage(wait);
  return (
    <div className="drawer-state" data-stage={stage}>
      <WindowBar wait={wait} />
      <div className="wait-card__top">
        <Countdown wait={wait} />
        <StageMark stage={stage} />
      </div>
      <div className="wait-card__meta">
        <AskedNow wait={wait} />
        <WaitMarks wait={wait} />
      </div>
      <WaitActions wait={wait} callFrom={wait.call_back?.from ?? null} />
    </div>
  );
}

function ClosedState({ wait }: { readonly wait: Wait }) {
  const { texts } = useLanguage();
  return (
    <div className="drawer-state" data-stage={wait.breached_at === null ? 'waiting' : 'breached'}>
      <strong>{wait.outcome === null ? texts.tabs.closed : texts.outcome[wait.outcome]}</strong>
      <div className="wait-card__meta">
        <WaitMarks wait={wait} />
      </div>
    </div>
  );
}

/** A chat in its own tab, or a number to dial. */
function OpenLink({ href }: { readonly href: string }) {
  const { texts } = useLanguage();
  const number = dialledBy(href);
  const [Icon, label] =
    number === null ? [IconExternalLink, texts.openChat] : [IconPhone, texts.dial(number)];
  return (
    <Anchor
      href={href}
      className="drawer-link"
      {...(number === null && { target: '_blank', rel: 'noreferrer' })}
    >
      <Icon size={16} stroke={1.7} aria-hidden="true" />
      {label}
    </Anchor>
  );
}

function WhereAbout({ wait }: { readonly wait: Wait }) {
  const { channelName, channelKind } = useDirectory();
  return (
    <div className="drawer-channel">
      <ChannelIcon kind={channelKind(wait.channel)} />
      {channelName(wait.channel)}
      {wait.link !== null && <OpenLink href={wait.link} />}
    </div>
  );
}

function Subject({ wait: { subject } }: { readonly wait: Wait }) {
  if (!subject) return null;
  return subject.link === null ? (
    <p className="drawer-subject">{subject.title}</p>
  ) : (
    <Anchor href={subject.link} target="_blank" rel="noreferrer" className="drawer-subject">
      {subject.title}
    </Anchor>
  );
}

function Details({ wait }: { readonly wait: WaitWithTimeline }) {
  const { texts } = useLanguage();
  return (
    <>
      <WhereAbout wait={wait} />
      <Subject wait={wait} />
      {wait.voided_at !== null ? (
        <JoinedState />
      ) : wait.closed_at !== null ? (
        <ClosedState wait={wait} />
      ) : wait.history ? (
        <HistoryState wait={wait} />
      ) : (
        <OpenState wait={wait} />
      )}
      <DisputeSection wait={wait} />
      <Facts wait={wait} />
      <h3 className="drawer-heading">{texts.drawer.history}</h3>
      <Story timeline={wait.timeline} />
    </>
  );
}

function Loading() {
  return (
    <div aria-busy="true">
      <Skeleton height={22} width="50%" />
      <Skeleton height={110} mt="lg" />
      <Skeleton height={220} mt="lg" />
    </div>
  );
}

/** The link leads to a wait that is gone, or not the reader's. */
function NotShown({ error, onClose }: { readonly error: unknown; readonly onClose: () => void }) {
  const { texts } = useLanguage();
  return (
    <>
      <p className="drawer-refusal" role="alert">
        {whyNot(error, texts)}
      </p>
      <Button variant="light" mt="md" onClick={onClose}>
        {texts.noSuchWait.toBoard}
      </Button>
    </>
  );
}

/** The server's words about these are for scripts. */
function whyNot(error: unknown, texts: Texts): string {
  if (isNoWait(error)) return texts.noSuchWait.why;
  return error instanceof ApiProblem && error.status === 403 ? texts.errors.forbidden : refusal(error, texts);
}

/** An unknown id, no id, or somebody else's wait. */
const isNoWait = (error: unknown): boolean =>
  error instanceof ApiProblem && (error.status === 404 || error.status === 400);

interface Props {
  /** null: closed. */
  readonly id: string | null;
  readonly onClose: () => void;
}

/** One wait with its history. */
export function WaitDrawer({ id, onClose }: Props) {
  const { texts } = useLanguage();
  // The last one stays drawn while the drawer slides out.
  const [kept, setKept] = useState(id);
  if (id !== null && id !== kept) setKept(id);
  const wait = useWait(kept);
  return (
    <Drawer
      opened={id !== null}
      onClose={onClose}
      position="right"
      size="md"
      title={
        wait.data
          ? (wait.data.client ?? texts.unnamed)
          : isNoWait(wait.error)
            ? texts.noSuchWait.title
            : wait.error
              ? texts.noSuchWait.notShown
              : '…'
      }
      closeButtonProps={{ 'aria-label': texts.close }}
      overlayProps={{ backgroundOpacity: 0.35 }}
      classNames={{
        content: 'drawer',
        body: 'drawer__body',
        header: 'drawer__header',
        title: 'drawer__title',
      }}
    >
      {wait.data && <Details wait={wait.data} />}
      {wait.error && !wait.data && <NotShown error={wait.error} onClose={onClose} />}
      {wait.isPending && <Loading />}
    </Drawer>
  );
}
