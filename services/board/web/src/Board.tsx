import { Button, SegmentedControl, Skeleton, Text, VisuallyHidden } from '@mantine/core';
import { useEffect, useMemo, useState } from 'react';
import { CalendarBanner } from './CalendarBanner.tsx';
import { DownBanners } from './ChannelHealth.tsx';
import { ClosedList } from './ClosedList.tsx';
import { DirectoryProvider, useDirectory } from './directory.tsx';
import { EmptyBoard } from './EmptyBoard.tsx';
import { Header } from './Header.tsx';
import { HistoryList, useLeftWaiting } from './HistoryList.tsx';
import { Lanes } from './Lanes.tsx';
import { useTexts } from './locale.tsx';
import { PingList } from './PingList.tsx';
import { ClientsPage } from './pages/ClientsPage.tsx';
import { ReportPage } from './pages/ReportPage.tsx';
import { WhatIfPage } from './pages/WhatIfPage.tsx';
import { useChannels, useOpenWaits, usePeople } from './queries.ts';
import { ReachBanners } from './ReachBanners.tsx';
import { refusal } from './refusal.ts';
import { useBreachCalls } from './useBreachCalls.ts';
import { useLive } from './useLive.ts';
import { usePersonFilter } from './usePersonFilter.ts';
import { routesFor, useRoute } from './useRoute.ts';
import { comeBackToAskedWait, useShownWait } from './useShownWait.ts';
import { useWide } from './useWide.ts';
import { WaitDrawer } from './WaitDrawer.tsx';
import { concerns } from './waits.ts';
import type { Channel, Me, Person, Wait } from './wire.ts';

type View = 'waits' | 'pings' | 'closed' | 'history';
const VIEWS: readonly View[] = ['waits', 'pings', 'closed', 'history'];
const isView = (value: string | null): value is View => VIEWS.some((view) => view === value);

/** The view that a message links to. */
function askedView(): View {
  const asked = new URLSearchParams(location.search).get('tab');
  return isView(asked) ? asked : 'waits';
}

const NO_WAITS: readonly Wait[] = [];
const NO_PEOPLE: readonly Person[] = [];
const NO_CHANNELS: readonly Channel[] = [];

interface WaitsProps {
  readonly waits: readonly Wait[] | undefined;
  readonly person: string | null;
  readonly onOpen: (id: string) => void;
}

function Waits({ waits, person, onOpen }: WaitsProps) {
  const texts = useTexts();
  const { error, refetch } = useOpenWaits();
  if (waits && waits.length > 0) return <Lanes waits={waits} onOpen={onOpen} />;
  if (waits) return <EmptyBoard person={person} />;
  if (error) {
    return (
      <div className="empty" role="alert">
        <h2>{texts.errors.load}</h2>
        <Text c="dimmed">{refusal(error, texts)}</Text>
        <Button variant="light" mt="md" onClick={() => void refetch()}>
          {texts.errors.retry}
        </Button>
      </div>
    );
  }
  return (
    <div className="lanes" aria-busy="true">
      {[1, 2, 3].map((lane) => (
        <div key={lane} className="lane">
          <Skeleton height={36} mb="sm" />
          <Skeleton height={190} radius="lg" />
        </div>
      ))}
    </div>
  );
}

/** Waits with pings, closed ones and history beside them; on a phone one at a time. */
function Waiting({ waits, person, onOpen }: WaitsProps) {
  const texts = useTexts();
  const [asked, setView] = useState<View>(askedView);
  const wide = useWide();
  const left = useLeftWaiting(person);
  const views = VIEWS.filter((part) => part !== 'history' || left.waits.length > 0);
  const view = views.includes(asked) ? asked : 'waits';
  const showing = (part: View) => views.includes(part) && (wide || view === part);
  return (
    <>
      {!wide && (
        <SegmentedControl
          className="view-switch"
          fullWidth
          value={view}
          onChange={(value) => isView(value) && setView(value)}
          data={views.map((value) => ({ value, label: texts.tabs[value] }))}
        />
      )}
      <div className="content">
        {showing('waits') && (
          <main className="waits" aria-label={texts.waitsHeading}>
            <VisuallyHidden component="h1">{texts.waitsHeading}</VisuallyHidden>
            <Waits waits={waits} person={person} onOpen={onOpen} />
          </main>
        )}
        {(wide || view !== 'waits') && (
          <aside className="rail">
            {showing('pings') && (
              <section className="panel" aria-label={texts.pings}>
                <h2 className="panel__title">{texts.pings}</h2>
                <PingList onOpen={onOpen} />
              </section>
            )}
            {showing('closed') && (
              <section className="panel" aria-label={texts.closedLately}>
                <h2 className="panel__title">{texts.closedLately}</h2>
                <ClosedList person={person} onOpen={onOpen} />
              </section>
            )}
            {showing('history') && (
              <section className="panel" aria-label={texts.history}>
                <h2 className="panel__title">
                  {texts.history} · {left.waits.length}
                  {left.more && '+'}
                </h2>
                <HistoryList person={person} onOpen={onOpen} />
              </section>
            )}
          </aside>
        )}
      </div>
    </>
  );
}

function Signed({ me }: { readonly me: Me }) {
  const texts = useTexts();
  const directory = useDirectory();
  const [person, setPerson] = usePersonFilter();
  const { id: shown, open, close } = useShownWait();
  useEffect(comeBackToAskedWait, []);
  const [asked, go] = useRoute();
  const route = routesFor(me.role).includes(asked) ? asked : 'board';
  const breach = useBreachCalls(texts, directory, person);
  const connection = useLive(breach.call);
  const everyone = useOpenWaits().data;
  const waits = useMemo(() => everyone?.filter((wait) => concerns(wait, person)), [everyone, person]);
  return (
    <div className="page">
      <Header
        me={me}
        waits={waits ?? NO_WAITS}
        connection={connection}
        person={person}
        onPerson={setPerson}
        route={route}
        onRoute={go}
      />
      <VisuallyHidden aria-live="assertive">{breach.spoken}</VisuallyHidden>
      <DownBanners />
      <ReachBanners me={me} />
      <CalendarBanner me={me} />
      {route === 'report' && <ReportPage me={me} onOpen={open} />}
      {route === 'clients' && <ClientsPage />}
      {route === 'whatIf' && <WhatIfPage />}
      {route === 'board' && <Waiting waits={waits} person={person} onOpen={open} />}
      <WaitDrawer id={shown} onClose={close} />
    </div>
  );
}

/** The page of a signed-in person. */
export function Board({ me }: { readonly me: Me }) {
  const people = usePeople();
  const channels = useChannels();
  // Without names the page would show ids first and then jump.
  if (people.isPending || channels.isPending) return null;
  return (
    <DirectoryProvider people={people.data ?? NO_PEOPLE} channels={channels.data ?? NO_CHANNELS}>
      <Signed me={me} />
    </DirectoryProvider>
  );
}
