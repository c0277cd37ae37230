import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useLanguage } from '../locale.tsx';
import type { Channel } from '../wire.ts';
import { minuteOfDay } from '../wording.ts';
import { fetchKeptAside } from './api.ts';
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
        <b>{mail === null ? texts.other : texts.mail}</b>
        <span>
          {[minuteOfDay(mail?.at ?? item.at, Date.now(), locale), ...about].filter(Boolean).join(' · ')}
        </span>
      </div>
    </li>
  );
}

/** What came and counts as nothing, for a person to look at. */
export function KeptAsideList({ channel }: { readonly channel: Channel }) {
  const texts = usePageTexts().keptAside;
  const { data = [] } = useQuery({
    queryKey: ['channels', channel.id, 'kept-aside'],
    queryFn: () => fetchKeptAside(channel.id),
  });
  return (
    <section>
      <Text size="sm" fw={600}>
        {texts.title(channel.kept_aside)}
      </Text>
      <Text size="sm" c="dimmed">
        {texts.why}
      </Text>
      <ul className="joins">
        {data.map((item) => (
          <Item key={item.id} item={item} />
        ))}
      </ul>
    </section>
  );
}
