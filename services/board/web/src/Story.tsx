import {
  IconBellRinging,
  IconCheck,
  IconCircle,
  IconExclamationCircle,
  IconHandStop,
  IconMessage2,
  IconMessageReply,
  IconPencil,
  IconRobot,
  IconStairsUp,
} from '@tabler/icons-react';
import { clock } from './clock.ts';
import { useDirectory } from './directory.tsx';
import { useLanguage } from './locale.tsx';
import { type StoryTone, tell } from './timeline.ts';
import type { TimelineItem } from './wire.ts';
import { timeOfDay } from './wording.ts';

const ICONS = {
  client: IconMessage2,
  reply: IconMessageReply,
  machine: IconRobot,
  step: IconStairsUp,
  ping: IconBellRinging,
  failed: IconExclamationCircle,
  act: IconHandStop,
  correction: IconPencil,
  closed: IconCheck,
  other: IconCircle,
} satisfies Record<StoryTone, unknown>;

/** The history of a wait, oldest first. */
export function Story({ timeline }: { readonly timeline: readonly TimelineItem[] }) {
  const { locale, texts } = useLanguage();
  const directory = useDirectory();
  if (timeline.length === 0) return <p className="rail-empty">{texts.drawer.noHistory}</p>;
  const lines = timeline.map((item) => tell(item, { texts, locale, directory }));
  return (
    <ol className="story">
      {lines.map((line, place) => {
        const Icon = ICONS[line.tone];
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: history only grows at its end and its lines have no id
          <li key={place} className="story__line" data-tone={line.tone}>
            <span className="story__icon">
              <Icon size={15} stroke={1.9} aria-hidden="true" />
            </span>
            <div className="story__body">
              <div className="story__title">
                <span>{line.title}</span>
                <time dateTime={line.at}>{timeOfDay(line.at, clock.now(), locale)}</time>
              </div>
              {line.quote !== null && <blockquote>{line.quote}</blockquote>}
              {line.note !== null && <div className="story__note">{line.note}</div>}
            </div>
          </li>
        );
      })}
    </ol>
  );
}
