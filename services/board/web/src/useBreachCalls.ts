import { notifications } from '@mantine/notifications';
import { useCallback, useState } from 'react';
import type { Directory } from './directory.tsx';
import type { Texts } from './texts.ts';
import { concerns } from './waits.ts';
import type { Wait } from './wire.ts';

/** The rest of a burst is counted. */
const TOLD_ONE_BY_ONE = 2;

/**
 * Toasts for waits that have just gone overdue, and the same for screen readers (`spoken`): toasts are no live
 * regions, so nothing is read twice.
 */
export function useBreachCalls(texts: Texts, directory: Directory, person: string | null) {
  const [spoken, setSpoken] = useState('');
  const call = useCallback(
    (waits: readonly Wait[]) => {
      const mine = waits.filter((wait) => concerns(wait, person));
      for (const wait of mine.slice(0, TOLD_ONE_BY_ONE)) {
        notifications.show({
          id: `breached-${wait.id}`,
          color: 'red',
          role: 'group',
          title: texts.breachedToast(wait.client ?? texts.unnamed),
          message: texts.breachedToastBody(
            directory.channelName(wait.channel),
            directory.personName(wait.asked),
          ),
          closeButtonProps: { 'aria-label': texts.close },
        });
      }
      const rest = mine.length - TOLD_ONE_BY_ONE;
      if (rest > 0) notifications.show({ color: 'red', role: 'group', message: texts.breachedMany(rest) });
      if (mine.length > 0)
        setSpoken(mine.map((wait) => texts.breachedToast(wait.client ?? texts.unnamed)).join('. '));
    },
    [texts, directory, person],
  );
  return { call, spoken };
}
