import type { ClaimedNotice, Together } from '@otklik/store';
import type { Bundle, NoticeTransport } from '../transports/transport.ts';

/** A step of the chain, not a card that somebody asked for. */
export const isStep = ({ type, data }: Pick<ClaimedNotice, 'type' | 'data'>): boolean =>
  type === 'wait.step' && data === null;

/** Lanes go out at the same time, the bundles of one lane one after the other. */
export function lanesOf(
  notices: readonly ClaimedNotice[],
  { together, inTurn }: Pick<NoticeTransport, 'together' | 'inTurn'>,
): Bundle[][] {
  const bundles = bundlesOf(notices, together);
  if (!inTurn) return bundles.map((bundle) => [bundle]);
  return [...Map.groupBy(bundles, ([{ recipient, id }]) => recipient ?? id).values()];
}

/**
 * One message for a person's steps, for their ended waits, and for what quiet hours held back. The rest goes alone.
 */
function bundlesOf(notices: readonly ClaimedNotice[], together: Together): Bundle[] {
  const groups = Map.groupBy(notices, (notice) => {
    if (notice.type === 'wait.ended') return `ended ${notice.recipient}`;
    const alone = notice.recipient === null || !isStep(notice) || (together === 'held' && !notice.held);
    return alone ? notice.id : `${notice.held ? 'held' : 'now'} ${notice.recipient}`;
  });
  return [...groups.values()].flatMap(([first, ...rest]) => (first ? [[first, ...rest] as const] : []));
}
