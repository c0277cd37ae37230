import { useEffect } from 'react';
import { useClock } from './clock.ts';
import { useTexts } from './locale.tsx';
import { StageIcon } from './StageMark.tsx';
import { countStages } from './waits.ts';
import type { Stage, Wait } from './wire.ts';

const ORDER: readonly Stage[] = ['breached', 'warned', 'waiting'];

/** Figures to read across the room. The tab's title shows the overdue ones. */
export function StageCounts({ waits }: { readonly waits: readonly Wait[] }) {
  const texts = useTexts();
  const [breached = 0, warned = 0, waiting = 0] = useClock((now) => {
    const counts = countStages(waits, now);
    return `${counts.breached} ${counts.warned} ${counts.waiting}`;
  })
    .split(' ')
    .map(Number);
  useEffect(() => {
    document.title = breached > 0 ? `${texts.overdueTitle(breached)} · ${texts.product}` : texts.product;
  }, [breached, texts]);
  const counts = { breached, warned, waiting };
  return (
    <dl className="stage-counts">
      {ORDER.map((stage) => (
        <div
          key={stage}
          className="stage-count"
          data-stage={stage}
          data-none={counts[stage] === 0 || undefined}
        >
          <dd>{counts[stage]}</dd>
          <dt>
            <StageIcon stage={stage} size={14} />
            {texts.counts[stage]}
          </dt>
        </div>
      ))}
    </dl>
  );
}
