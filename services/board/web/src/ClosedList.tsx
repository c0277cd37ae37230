import { IconCheck, IconMessageOff, IconPhoneX, IconTrash, IconUserCheck } from '@tabler/icons-react';
import { clock } from './clock.ts';
import { useDirectory } from './directory.tsx';
import { useLanguage } from './locale.tsx';
import { useClosedWaits } from './queries.ts';
import { concerns } from './waits.ts';
import type { Outcome, Wait } from './wire.ts';
import { digits, timeOfDay } from './wording.ts';

const OUTCOMES = {
  answered: IconCheck,
  attempted: IconPhoneX,
  self_served: IconUserCheck,
  no_reply_needed: IconMessageOff,
  withdrawn: IconTrash,
} satisfies Record<Outcome, unknown>;

function Closed({ wait, onOpen }: { readonly wait: Wait; readonly onOpen: (wait: string) => void }) {
  const { locale, texts } = useLanguage();
  const { personName, channelName } = useDirectory();
  const outcome = wait.outcome ?? 'answered';
  const Icon = OUTCOMES[outcome] ?? IconCheck;
  const stage = wait.breached_at !== null ? 'breached' : 'waiting';
  const who = wait.answered_by === null ? channelName(wait.channel) : personName(wait.answered_by);
  return (
    <li className="rail-row">
      <span className="rail-row__icon" title={texts.outcome[outcome]}>
        <Icon size={16} stroke={1.8} aria-hidden="true" />
      </span>
      <button type="button" className="rail-row__main" onClick={() => onOpen(wait.id)}>
        <b>{wait.client ?? texts.unnamed}</b>
        <span>{outcome === 'answered' ? who : texts.outcome[outcome]}</span>
      </button>
      <span className="rail-row__side">
        {wait.response_seconds !== null && (
          <span className="rail-row__time stage" data-stage={stage}>
            {texts.responseIn(digits(wait.response_seconds, locale))}
          </span>
        )}
        {wait.closed_at !== null && (
          <time dateTime={wait.closed_at}>{timeOfDay(wait.closed_at, clock.now(), locale)}</time>
        )}
      </span>
    </li>
  );
}

interface Props {
  readonly person: string | null;
  readonly onOpen: (wait: string) => void;
}

export function ClosedList({ person, onOpen }: Props) {
  const { texts } = useLanguage();
  const closed = useClosedWaits().data?.filter(
    (wait) => concerns(wait, person) || wait.answered_by === person,
  );
  if (closed?.length === 0) return <p className="rail-empty">{texts.noClosed}</p>;
  return (
    <ul className="rail-list">
      {closed?.map((wait) => (
        <Closed key={wait.id} wait={wait} onOpen={onOpen} />
      ))}
    </ul>
  );
}
