import { Button, Skeleton, Text } from '@mantine/core';
import { IconCheck, IconLink, IconLinkOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ChannelIcon } from '../ChannelIcon.tsx';
import { useDirectory } from '../directory.tsx';
import { useLanguage } from '../locale.tsx';
import { refusal } from '../refusal.ts';
import { minuteOfDay } from '../wording.ts';
import {
  confirmJoin,
  dismissPair,
  fetchJoins,
  fetchJoinsToReview,
  fetchSuggestions,
  joinClients,
  REVIEW_LIMIT,
  undoJoin,
} from './api.ts';
import { useAct } from './useAct.ts';
import { usePageTexts } from './usePageTexts.ts';
import type { Client, Join, Suggestion } from './wire.ts';

const REVIEWED_AT_ONCE = 20;

function ClientCard({ client }: { readonly client: Client }) {
  const texts = usePageTexts().clients;
  const { locale } = useLanguage();
  const { channelName, channelKind } = useDirectory();
  const contacts = [client.phone, client.email].filter((contact) => contact !== null);
  const typed = [client.typed_phone, client.typed_email].filter((contact) => contact !== null);
  return (
    <div className="client">
      <b>{client.name ?? texts.unnamed}</b>
      {client.channels.map((channel) => (
        <span key={channel} className="client__channel">
          <ChannelIcon kind={channelKind(channel)} />
          {channelName(channel)}
        </span>
      ))}
      {contacts.length > 0 && <span className="tabular">{contacts.join(' · ')}</span>}
      {typed.length > 0 && <span className="tabular">{texts.typed(typed.join(' · '))}</span>}
      <span>
        {client.last_event_at !== null &&
          texts.lastSeen(minuteOfDay(client.last_event_at, Date.now(), locale))}
        {client.open_waits > 0 && <em> · {texts.openWaits(client.open_waits)}</em>}
      </span>
    </div>
  );
}

function SuggestionRow({ suggestion }: { readonly suggestion: Suggestion }) {
  const texts = usePageTexts().clients;
  const acting = useAct();
  const { a, b, reason, value } = suggestion;
  return (
    <li className="pair">
      <p className="pair__why">
        {texts.reason[reason]}: {value}
      </p>
      <div className="pair__clients">
        <ClientCard client={a} />
        <ClientCard client={b} />
      </div>
      <div className="pair__acts">
        <Button
          size="compact-md"
          fz="sm"
          leftSection={<IconLink size={16} stroke={1.8} />}
          disabled={acting.isPending}
          onClick={() => acting.mutate(() => joinClients(a.id, b.id))}
        >
          {texts.join}
        </Button>
        <Button
          size="compact-md"
          fz="sm"
          variant="default"
          disabled={acting.isPending}
          onClick={() => acting.mutate(() => dismissPair(a.id, b.id))}
        >
          {texts.dismiss}
        </Button>
      </div>
    </li>
  );
}

function JoinRow({ join }: { readonly join: Join }) {
  const texts = usePageTexts().clients;
  const { locale } = useLanguage();
  const { personName, channelName } = useDirectory();
  const acting = useAct();
  const side = (client: Client) =>
    `${client.name ?? texts.unnamed} (${client.channels.map(channelName).join(', ')})`;
  const why = join.value ?? (join.by === null ? null : personName(join.by));
  return (
    <li className="join" data-undone={join.undone_at !== null || undefined}>
      <div className="join__main">
        <b>
          {side(join.a)} + {side(join.b)}
        </b>
        <span>
          {texts.joinedBy[join.reason]}
          {why !== null && `: ${why}`} · {minuteOfDay(join.at, Date.now(), locale)}
        </span>
        {join.undone_at !== null && (
          <span>
            {join.undone_by === null ? texts.undoneShared : texts.undone(personName(join.undone_by))}
          </span>
        )}
      </div>
      <div className="join__acts">
        {join.to_review && (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconCheck size={15} stroke={1.8} />}
            disabled={acting.isPending}
            onClick={() => acting.mutate(() => confirmJoin(join.id))}
          >
            {texts.confirm}
          </Button>
        )}
        {join.undone_at === null && (
          <Button
            size="compact-sm"
            variant="subtle"
            color="gray"
            leftSection={<IconLinkOff size={15} stroke={1.8} />}
            disabled={acting.isPending}
            onClick={() => acting.mutate(() => undoJoin(join.id))}
          >
            {join.to_review ? texts.dismiss : texts.undo}
          </Button>
        )}
      </div>
    </li>
  );
}

/** What is decided leaves the list, and the next move up. */
function Review({ joins }: { readonly joins: readonly Join[] }) {
  const { texts: all } = useLanguage();
  const texts = usePageTexts().clients;
  const [shown, setShown] = useState(REVIEWED_AT_ONCE);
  const more = joins.length - shown;
  return (
    <section className="sheet" aria-label={texts.review}>
      <h2 className="sheet__title">
        {texts.review} · {joins.length}
        {joins.length === REVIEW_LIMIT && '+'}
      </h2>
      <p className="sheet__note">{texts.reviewHint}</p>
      <ul className="joins">
        {joins.slice(0, shown).map((join) => (
          <JoinRow key={join.id} join={join} />
        ))}
      </ul>
      {more > 0 && (
        <Button mt="sm" variant="light" onClick={() => setShown(shown + REVIEWED_AT_ONCE)}>
          {all.more(Math.min(more, REVIEWED_AT_ONCE))}
        </Button>
      )}
    </section>
  );
}

export function ClientsPage() {
  const { texts: all } = useLanguage();
  const texts = usePageTexts().clients;
  const suggestions = useQuery({ queryKey: ['clients', 'suggestions'], queryFn: fetchSuggestions });
  const joins = useQuery({ queryKey: ['clients', 'joins'], queryFn: fetchJoins });
  const review = useQuery({ queryKey: ['clients', 'review'], queryFn: fetchJoinsToReview });
  const logged = (joins.data ?? []).filter((join) => !join.to_review);
  const problem = suggestions.error ?? review.error ?? joins.error;
  return (
    <main className="sheets">
      <header className="sheets__head">
        <div>
          <h1>{texts.title}</h1>
          <p>
            {texts.lead} {texts.explain}
          </p>
        </div>
      </header>
      {problem && <Text c="red">{refusal(problem, all)}</Text>}
      {(suggestions.isPending || joins.isPending) && <Skeleton height={180} radius="lg" />}
      {suggestions.data && (
        <section className="sheet">
          <h2 className="sheet__title">{suggestions.data.length === 0 ? texts.none : texts.suggestions}</h2>
          {suggestions.data.length === 0 ? (
            <p className="sheet__note">{texts.noneHint}</p>
          ) : (
            <ul className="pairs">
              {suggestions.data.map((each) => (
                <SuggestionRow key={`${each.a.id} ${each.b.id}`} suggestion={each} />
              ))}
            </ul>
          )}
        </section>
      )}
      {review.data && review.data.length > 0 && <Review joins={review.data} />}
      {joins.data && (
        <section className="sheet">
          <h2 className="sheet__title">{logged.length === 0 ? texts.noLog : texts.log}</h2>
          <ul className="joins">
            {logged.map((join) => (
              <JoinRow key={join.id} join={join} />
            ))}
          </ul>
        </section>
      )}
    </main>
  );
}
