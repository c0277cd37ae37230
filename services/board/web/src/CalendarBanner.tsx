import { Button } from '@mantine/core';
import { IconCalendarQuestion } from '@tabler/icons-react';
import { useState } from 'react';
import { clock } from './clock.ts';
import { useTexts } from './locale.tsx';
import type { Me } from './wire.ts';

const SEEN = 'otklik.calendar-seen';

/** Unknown days off would move alarms. Closed, it comes back the next day. */
export function CalendarBanner({ me }: { readonly me: Me }) {
  const texts = useTexts();
  const [seenOn, setSeenOn] = useState(() => localStorage.getItem(SEEN));
  const year = me.unknown_year;
  const today = new Date(clock.now()).toLocaleDateString('sv');
  if (year === null || seenOn === today) return null;
  const close = () => {
    localStorage.setItem(SEEN, today);
    setSeenOn(today);
  };
  return (
    <div className="down-banner" data-calm role="status">
      <IconCalendarQuestion size={22} stroke={1.8} aria-hidden="true" />
      <div>
        <strong>{texts.unknownYear(year)}</strong>
        <span className="down-banner__hint">{texts.unknownYearHint}</span>
      </div>
      <Button variant="default" size="compact-md" fz="sm" onClick={close}>
        {texts.untilTomorrow}
      </Button>
    </div>
  );
}
