import type { Event } from './event.ts';
import { type DurationMs, type EpochMs, MINUTE } from './time.ts';

/**
 * What was received together (a body, a page of a list, oldest first), each with its place in it: where the provider's times are
 * the same, that is the order in which it was said.
 */
export const asReceived = (events: readonly Event[]): Event[] =>
  events.map((event, receivedIndex) => (receivedIndex === 0 ? event : { ...event, receivedIndex }));

/** A clock that is further behind was wrong before. */
const LONGEST_STANDSTILL: DurationMs = 5 * MINUTE;

/**
 * A clock that is set back must not put an answer before its question. What is received then counts as received just
 * after the last, until the clock has caught up; and so does what bears our time, or a time that was capped by it (law 5).
 * `lastReceivedAt`: of what this process received before.
 */
export function neverBack(events: readonly Event[], lastReceivedAt: EpochMs): readonly Event[] {
  return events.map((event) => {
    const behind = lastReceivedAt - event.receivedAt;
    if (behind <= 0 || behind > LONGEST_STANDSTILL) return event;
    const receivedAt = lastReceivedAt + 1; // what came later stands later
    const at = event.at >= event.receivedAt ? receivedAt : event.at;
    return { ...event, at, receivedAt };
  });
}
