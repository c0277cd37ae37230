import { IconHandStop, IconUser } from '@tabler/icons-react';
import { useClock } from './clock.ts';
import { useDirectory } from './directory.tsx';
import { useLanguage } from './locale.tsx';
import { leaseAt } from './waits.ts';
import type { Wait } from './wire.ts';
import { digits, secondsLeft } from './wording.ts';

/** Who is asked, or who took it and for how long. */
export function AskedNow({ wait }: { readonly wait: Wait }) {
  const { locale, texts } = useLanguage();
  const { personName } = useDirectory();
  const leaseSeconds = useClock((now) => {
    const lease = leaseAt(wait, now);
    return lease && secondsLeft(lease.until, now);
  });
  if (leaseSeconds !== null && wait.taken_by !== null) {
    return (
      <span className="asked asked--taken">
        <IconHandStop size={15} stroke={1.8} aria-hidden="true" />
        <span className="tabular">
          {texts.takenBy(personName(wait.taken_by), digits(leaseSeconds, locale))}
        </span>
      </span>
    );
  }
  return (
    <span className="asked">
      <IconUser size={15} stroke={1.8} aria-hidden="true" />
      <span>
        {wait.hand_over?.state === 'pending' && wait.hand_over.to === wait.asked
          ? texts.handedTo(personName(wait.asked))
          : texts.asked(personName(wait.asked))}
      </span>
    </span>
  );
}
