import { SECOND } from './truth.ts';

/** What decides the order of things said. */
export interface Standing {
  readonly at: number;
  /** Channel and thread. */
  readonly place: string;
  /** The provider's number. */
  readonly seq: number | null;
  /** When it first reached us, its place in that delivery, its rank within one event. */
  readonly came: readonly number[];
}

/**
 * Law 2, written apart from the engine. By time; within an instant (or a second in which something has no fractions)
 * by arrival; then numbered words of a thread swap places by their numbers. What came as one stays.
 */
export function inSequence<Said extends Standing>(all: readonly Said[]): Said[] {
  const instantOf = instantsAmong(all);
  const line = all.toSorted((a, b) => instantOf(a.at) - instantOf(b.at) || byArrival(a, b));
  const isBesides = (a: Said, b: Said) => a.place === b.place && instantOf(a.at) === instantOf(b.at);
  for (const [i, one] of line.entries()) {
    if (one.seq === null) continue;
    const peers = line.flatMap((each, at) => (each.seq !== null && isBesides(each, one) ? [at] : []));
    if (peers[0] !== i || peers.length === 1) continue;
    const sorted = peers.flatMap((at) => line[at] ?? []).sort((a, b) => (a.seq ?? 0) - (b.seq ?? 0));
    for (const [nth, at] of peers.entries()) line.splice(at, 1, ...sorted.slice(nth, nth + 1));
  }
  return line;
}

/** Negative when the first came first. */
export function byArrival({ came: a }: Standing, { came: b }: Standing): number {
  return a.map((part, i) => part - (b[i] ?? 0)).find((differs) => differs !== 0) ?? 0;
}

/** The whole second, when something in it has a time without fractions. */
export function instantsAmong(all: readonly Standing[]): (at: number) => number {
  const whole = new Set(all.map(({ at }) => at).filter((at) => at % SECOND === 0));
  return (at) => (whole.has(at - (at % SECOND)) ? at - (at % SECOND) : at);
}
