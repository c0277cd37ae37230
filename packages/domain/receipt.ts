import type { Event } from './event.ts';
import { type DurationMs, type EpochMs, MINUTE } from './time.ts';

/** Of one body or page, oldest first: the place tells the order of events with equal times. */
export const asReceived = (events: readonly Event[]): Event[] =>
  events.map((event, receivedIndex) => (receivedIndex === 0 ? event : { ...event, receivedIndex }));

/** A clock that was set back by more was wrong before. */
const LONGEST_STANDSTILL: DurationMs = 5 * MINUTE;

/**
 * A clock that is set back must not put an answer before its question. Until it has caught up, events count as
 * received just after the last, and so do times that are ours or capped by ours (law 5). `lastReceivedAt`: of this
 * process.
 */
export function neverBack(events: readonly Event[], lastReceivedAt: EpochMs): readonly Event[] {
  return events.map((event) => {
    const behind = lastReceivedAt - event.receivedAt;
    if (behind <= 0 || behind > LONGEST_STANDSTILL) return event;
    const receivedAt = lastReceivedAt + 1;
    const at = event.at >= event.receivedAt ? receivedAt : event.at;
    return { ...event, at, receivedAt };
  });
}
