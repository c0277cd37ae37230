import { Button } from '@mantine/core';
import { memo, useId, useRef, useState } from 'react';
import { PersonAvatar } from './Avatar.tsx';
import { useClock } from './clock.ts';
import { useDirectory } from './directory.tsx';
import { useTexts } from './locale.tsx';
import { useGlide } from './useGlide.ts';
import { WaitCard } from './WaitCard.tsx';
import { countStages, type Lane } from './waits.ts';

interface Props {
  readonly lane: Lane;
  /** Cards at first; a button shows the rest. */
  readonly cap: number;
  readonly onOpen: (id: string) => void;
}

export const OwnerLane = memo(function OwnerLane({ lane, cap, onOpen }: Props) {
  const texts = useTexts();
  const { people, personName } = useDirectory();
  const [extra, setExtra] = useState(0);
  const cards = useRef<HTMLDivElement>(null);
  const heading = useId();
  useGlide(cards);
  const late = useClock((now) => countStages(lane.waits, now).breached);
  const shown = lane.waits.slice(0, cap + extra);
  const hidden = lane.waits.length - shown.length;
  const name = personName(lane.owner);
  const owner = people.find((person) => person.id === lane.owner);
  return (
    <section className="lane" aria-labelledby={heading} data-owner={lane.owner} data-glide={lane.owner}>
      <div className="lane__head">
        <PersonAvatar id={lane.owner} name={name} />
        <h2 id={heading} className="lane__name">
          {name}
        </h2>
        {owner?.away && <span className="mark">{texts.away}</span>}
        {owner && !owner.reachable && <span className="mark">{texts.unreachableMark}</span>}
        <span className="lane__counts tabular">
          {texts.laneCount(lane.waits.length)}
          {late > 0 && <b>{texts.laneLate(late)}</b>}
        </span>
      </div>
      <div className="lane__cards" ref={cards}>
        {shown.map((wait) => (
          <WaitCard key={wait.id} wait={wait} onOpen={onOpen} />
        ))}
      </div>
      {hidden > 0 && (
        <Button variant="subtle" color="gray" fullWidth mt="xs" onClick={() => setExtra(extra + cap)}>
          {texts.more(hidden)}
        </Button>
      )}
    </section>
  );
});
