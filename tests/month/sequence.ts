import { SECOND } from './truth.ts';

/** What decides where something stands among all that was said. */
export interface Standing {
  readonly at: number;
  /** Channel and thread. */
  readonly place: string;
  /** The provider's number; null: it has none. */
  readonly seq: number | null;
  /** When it first reached us, as which of those that came together, and what of it comes first. */
  readonly came: readonly number[];
}

/**
 * Law 2 in plain words, apart from the engine's. By time; of what shares an instant (or a second, where something of it has
 * no fractions) by when it reached us; and then the numbered words of a thread take their places by their numbers. What came as
 * one stays as it was.
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

/** Below zero where the first came first. */
export function byArrival({ came: a }: Standing, { came: b }: Standing): number {
  return a.map((part, i) => part - (b[i] ?? 0)).find((differs) => differs !== 0) ?? 0;
}

/** The instant of a moment: its second, where something of that second has a time without fractions. */
export function instantsAmong(all: readonly Standing[]): (at: number) => number {
  const whole = new Set(all.map(({ at }) => at).filter((at) => at % SECOND === 0));
  return (at) => (whole.has(at - (at % SECOND)) ? at - (at % SECOND) : at);
}
