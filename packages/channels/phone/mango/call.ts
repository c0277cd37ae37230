import type { CallFact } from '../../provider/callFact.ts';

/** A whole call that is over, from a summary or, of a call out, from the list: the same facts under the same names. Seconds since 1970. */
export function mangoCall(told: {
  readonly call: string;
  readonly isIn: boolean;
  readonly outside: string;
  readonly line: string | null;
  readonly employee: string | null;
  readonly rang: number;
  readonly talked: number | null;
  readonly ended: number;
  readonly reason: number;
}): CallFact[] {
  const { call, isIn, outside, line, employee, talked } = told;
  const base = { call, direction: isIn ? 'in' : 'out', outside, line } as const;
  const [rang, ended] = [told.rang * 1_000, told.ended * 1_000];
  const ringing: CallFact = { ...base, phase: 'ringing', employee: isIn ? null : employee, at: rang };
  if (talked === null) {
    const outcome = isIn ? 'missed' : unreached(told.reason);
    return [ringing, { ...base, phase: 'ended', employee: isIn ? null : employee, at: ended, outcome }];
  }
  return [
    ringing,
    { ...base, phase: 'answered', employee, at: talked * 1_000 },
    { ...base, phase: 'ended', employee, at: ended, outcome: 'answered', talkSeconds: told.ended - talked },
  ];
}

/** Reasons 2xxx (no money), 32xx (no such number) and 5xxx (their fault) mean that nobody's telephone rang. */
const unreached = (reason: number) =>
  (reason >= 2_000 && reason < 3_000) || (reason >= 3_200 && reason < 3_300) || reason >= 5_000
    ? 'failed'
    : 'no_answer';

/** Where a machine has the call: the voice menu or the queue, written `ivr` or with what is under it, `ivr.2`. */
export const isMenu = (location: string | undefined): boolean => /^(ivr|queue)\b/.test(location ?? '');
