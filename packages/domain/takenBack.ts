import type { Event } from './event.ts';
import { compareReceipts, inOrder, instantsIn, type Moment, placeOf, type TakingBack } from './moments.ts';
import type { DurationMs } from './time.ts';

/**
 * Without answers that our side took back at once (law 3): within the window after saying them, before the client
 * wrote again. Later deletions (a messenger's timer) change nothing. `moments`: those folded together.
 */
export function withoutTakenBack(
  moments: readonly Moment[],
  breachOf: (channel: string) => DurationMs,
): readonly Moment[] {
  if (!moments.some((moment) => moment.means === 'answer' && moment.takenBack.length > 0)) return moments;
  const instantOf = instantsIn(moments);
  /** Within an instant by the provider's order, else by receipt. */
  const isBefore = (turn: Moment, back: TakingBack, answer: Moment): boolean => {
    const [its, own] = [instantOf(turn.at), instantOf(back.at)];
    if (its !== own) return its < own;
    const inOnePlace = placeOf(turn) === placeOf(answer);
    if (inOnePlace && turn.seq !== null && back.seq !== null && turn.seq !== back.seq)
      return turn.seq < back.seq;
    return compareReceipts(turn.receipt, back.receipt) < 0;
  };
  const ordered = inOrder(moments);
  return ordered.filter((moment, index) => {
    if (moment.means !== 'answer') return true;
    const atOnce = moment.takenBack.filter(({ at }) => at - moment.at <= breachOf(moment.channel));
    if (atOnce.length === 0) return true;
    const next = ordered.slice(index + 1).filter(({ means }) => means === 'turn');
    return atOnce.every((back) => next.some((turn) => isBefore(turn, back, moment)));
  });
}

/** Whether `event` may make its target `of` no answer; a partial fold (the store) must then begin no later than `of`. */
export function undoes(event: Event, of: Event, breachOf: (channel: string) => DurationMs): boolean {
  if (event.kind === 'bounce') return true;
  if (event.kind !== 'deletion' || event.side !== 'employee') return false;
  return event.at - of.at <= breachOf(of.channel);
}
