import type { Call } from './event.ts';
import { type EpochMs, MINUTE, SECOND } from './time.ts';

/** Two clocks, and two ideas of when a call began, differ by less. */
export const SAME_CALL_WITHIN = MINUTE;

/** One call: its phases on the line that rang, and those told by the forwarding number. */
export interface ToldCall {
  readonly phases: readonly Call[];
  readonly passedOn: readonly Call[];
}

/**
 * Finds calls that are told twice: by a forwarding number (an advertisement's) and by the line behind it. They are
 * one when they come in from one client's number on different channels within a minute; each has at most one
 * counterpart, the nearest first. Depends only on the set.
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
