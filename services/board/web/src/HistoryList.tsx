import { IconHistory } from '@tabler/icons-react';
import { clock } from './clock.ts';
import { useDirectory } from './directory.tsx';
import { useLanguage } from './locale.tsx';
import { useHistory } from './queries.ts';
import { concerns } from './waits.ts';
import type { Wait } from './wire.ts';
import { minuteOfDay } from './wording.ts';

interface Props {
  readonly person: string | null;
  readonly onOpen: (wait: string) => void;
}

function Left({ wait, onOpen }: { readonly wait: Wait; readonly onOpen: Props['onOpen'] }) {
  const { locale, texts } = useLanguage();
  const { channelName } = useDirectory();
  return (
    <li className="rail-row">
      <span className="rail-row__icon">
        <IconHistory size={16} stroke={1.8} aria-hidden="true" />
      </span>
      <button type="button" className="rail-row__main" onClick={() => onOpen(wait.id)}>
        <b>{wait.client ?? texts.unnamed}</b>
        <span>{channelName(wait.channel)}</span>
      </button>
      <span className="rail-row__side">
        <time dateTime={wait.opened_at}>{minuteOfDay(wait.opened_at, clock.now(), locale)}</time>
      </span>
    </li>
  );
}

/** Of one person; null: of all. */
export function useLeftWaiting(person: string | null): {
  readonly waits: readonly Wait[];
  readonly more: boolean;
} {
  const page = useHistory().data;
  const waits = page?.items.filter((wait) => concerns(wait, person)) ?? [];
  return { waits, more: page?.next != null };
}

/** Clients from before the channel was watched. */
export function HistoryList({ person, onOpen }: Props) {
  const { texts } = useLanguage();
  const { waits, more } = useLeftWaiting(person);
  return (
    <>
      <p className="rail-note">{texts.historyNote}</p>
      <ul className="rail-list rail-list--long">
        {waits.map((wait) => (
          <Left key={wait.id} wait={wait} onOpen={onOpen} />
        ))}
      </ul>
      {more && <p className="rail-note">{texts.historyMore}</p>}
    </>
  );
}
