import { Alert, Badge, Button, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useLanguage } from '../locale.tsx';
import type { Channel } from '../wire.ts';
import { minuteOfDay } from '../wording.ts';
import { fetchKeptAside, readKeptAsideAgain, seeKeptAside } from './api.ts';
import type { PageTexts } from './texts.ts';
import { usePageTexts } from './usePageTexts.ts';
import type { KeptAside } from './wire.ts';

function Item({ item }: { readonly item: KeptAside }) {
  const texts = usePageTexts().keptAside;
  const { locale } = useLanguage();
  const { mail } = item;
  const about = mail === null ? [item.reason] : [mail.from, mail.to[0] && texts.to(mail.to[0]), mail.subject];
  return (
    <li className="join">
      <div className="join__main">
        <b>
          {mail === null ? texts.other : texts.mail}
          {item.seen_at === null && (
            <Badge size="xs" variant="light" color="orange" ml={8}>
              {texts.new}
            </Badge>
          )}
        </b>
        <span>
          {[minuteOfDay(mail?.at ?? item.at, Date.now(), locale), ...about].filter(Boolean).join(' · ')}
        </span>
      </div>
    </li>
  );
}

/** Progress of reading again. */
function cameOf(
  asked: number,
  { waiting, left }: { readonly waiting: number; readonly left: number },
  texts: PageTexts['keptAside'],
): string {
  if (asked === 0) return texts.nothingToRead;
  return waiting > 0 ? texts.reading(waiting) : texts.read(left);
}

const LOOK_EVERY_MS = 1_000;

/** Things that count as nothing, for a person to look at. A newer version may understand them. */
export function KeptAsideList({ channel }: { readonly channel: Channel }) {
  const texts = usePageTexts().keptAside;
  const queries = useQueryClient();
  const queryKey = ['channels', channel.id, 'kept-aside'];
  const { data } = useQuery({
    queryKey,
    queryFn: () => fetchKeptAside(channel.id),
    refetchInterval: ({ state }) => (state.data && state.data.waiting > 0 ? LOOK_EVERY_MS : false),
  });
  const looked = { onSuccess: () => queries.invalidateQueries({ queryKey: ['channels'] }) };
  const seeing = useMutation({ mutationFn: (upTo: number) => seeKeptAside(channel.id, upTo), ...looked });
  const reading = useMutation({ mutationFn: () => readKeptAsideAgain(channel.id), ...looked });
  if (!data || (data.items.length === 0 && reading.data === undefined)) return null;
  const { items, waiting, left } = data;
  const unseen = items.filter(({ seen_at }) => seen_at === null);
  return (
    <section className="kept-aside">
      <Text size="sm" fw={600}>
        {texts.title}
      </Text>
      {items.length > 0 && (
        <Text size="sm" c="dimmed">
          {texts.why}
        </Text>
      )}
      <ul className="joins">
        {items.map((item) => (
          <Item key={item.id} item={item} />
        ))}
      </ul>
      <div className="kept-aside__acts">
        {unseen.length > 0 && (
          <Button
            size="compact-sm"
            variant="default"
            loading={seeing.isPending}
            onClick={() => seeing.mutate(Math.max(...unseen.map(({ id }) => id)))}
          >
            {texts.seen}
          </Button>
        )}
        {left > 0 && (
          <Button
            size="compact-sm"
            variant="default"
            loading={reading.isPending || waiting > 0}
            onClick={() => reading.mutate()}
          >
            {texts.readAgain}
          </Button>
        )}
        <Text size="sm" c="dimmed" aria-live="polite">
          {reading.data && cameOf(reading.data.asked, data, texts)}
        </Text>
      </div>
      {(seeing.isError || reading.isError) && <Alert color="red">{texts.failed}</Alert>}
    </section>
  );
}
