import type { Call } from './event.ts';
import { type EpochMs, MINUTE, SECOND } from './time.ts';

/** Of two clocks, and two ideas of when a call began. */
export const SAME_CALL_WITHIN = MINUTE;

/** Phases on the line that rang, and from the forwarding number. */
export interface ToldCall {
  readonly phases: readonly Call[];
  readonly passedOn: readonly Call[];
}

/**
 * Joins calls that a forwarding number (an advertisement's) and the line behind it both tell: from one client's
 * number, on different channels, within a minute; each at most once, the nearest first. Depends only on the set.
 */
export function toldCalls(calls: readonly (readonly Call[])[]): ToldCall[] {
  const passed = calls.filter((phases) => phases.some(({ call }) => call.passedOn));
  if (passed.length === 0) return calls.map((phases) => ({ phases, passedOn: [] }));
  const own = calls.filter((phases) => !passed.includes(phases));
  const pairs = passed.flatMap((from) =>
    own
      .filter((to) => isOneLine(from, to))
      .map((to) => ({ from, to, off: Math.abs(began(from) - began(to)) })),
  );
  const counterparts = new Map<readonly Call[], readonly Call[]>();
  for (const { from, to } of pairs
    .filter(({ off }) => off <= SAME_CALL_WITHIN)
    .sort(
      (a, b) =>
        a.off - b.off || compare(nameOf(a.from), nameOf(b.from)) || compare(nameOf(a.to), nameOf(b.to)),
    )) {
    if (counterparts.has(from) || counterparts.has(to)) continue;
    counterparts.set(from, to).set(to, from);
  }
  return [
    ...own.map((phases) => ({ phases, passedOn: counterparts.get(phases) ?? [] })),
    ...passed.filter((phases) => !counterparts.has(phases)).map((phases) => ({ phases, passedOn: [] })),
  ];
}

const isOneLine = ([a]: readonly Call[], [b]: readonly Call[]): boolean =>
  a !== undefined &&
  b !== undefined &&
  a.thread === b.thread &&
  a.channel !== b.channel &&
  b.call.direction === 'in';

/** A call told after its end began `talkSeconds` before. */
const began = (phases: readonly Call[]): EpochMs =>
  Math.min(...phases.map(({ at, call }) => at - call.talkSeconds * SECOND));

const nameOf = ([phase]: readonly Call[]): string => `${phase?.channel}\n${phase?.call.id}`;
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
