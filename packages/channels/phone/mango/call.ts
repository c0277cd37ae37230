import type { CallFact } from '../../provider/callFact.ts';

/** The same facts and names from a summary and from the list (calls out). Seconds since 1970. */
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

/** 2xxx no money, 32xx no such number, 5xxx their fault. */
const unreached = (reason: number) =>
  (reason >= 2_000 && reason < 3_000) || (reason >= 3_200 && reason < 3_300) || reason >= 5_000
    ? 'failed'
    : 'no_answer';

/** `ivr`, or `ivr.2` below it. */
export const isMenu = (location: string | undefined): boolean => /^(ivr|queue)\b/.test(location ?? '');
