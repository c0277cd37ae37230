import type { Event } from './event.ts';

/**
 * What was received together (a body, a page of a list, oldest first), each with its place in it: where the provider's times are
 * the same, that is the order in which it was said.
 */
export const asReceived = (events: readonly Event[]): Event[] =>
  events.map((event, receivedIndex) => (receivedIndex === 0 ? event : { ...event, receivedIndex }));
