import type { ClaimedNotice, Together } from '@otklik/store';
import type { Bundle, NoticeTransport } from '../transports/transport.ts';

/** Not a card that somebody asked for. */
export const isStep = ({ type, data }: Pick<ClaimedNotice, 'type' | 'data'>): boolean =>
  type === 'wait.step' && data === null;

/** Lanes go out at the same time, bundles of one lane in turn. */
export function lanesOf(
  notices: readonly ClaimedNotice[],
  { together, inTurn }: Pick<NoticeTransport, 'together' | 'inTurn'>,
): Bundle[][] {
  const bundles = bundlesOf(notices, together);
  if (!inTurn) return bundles.map((bundle) => [bundle]);
  return [...Map.groupBy(bundles, ([{ recipient, id }]) => recipient ?? id).values()];
}

/** A person's steps are one message; so are their ended waits, and what quiet hours held back. */
function bundlesOf(notices: readonly ClaimedNotice[], together: Together): Bundle[] {
  const groups = Map.groupBy(notices, (notice) => {
    if (notice.type === 'wait.ended') return `ended ${notice.recipient}`;
    const alone = notice.recipient === null || !isStep(notice) || (together === 'held' && !notice.held);
    return alone ? notice.id : `${notice.held ? 'held' : 'now'} ${notice.recipient}`;
  });
  return [...groups.values()].flatMap(([first, ...rest]) => (first ? [[first, ...rest] as const] : []));
}
