import type { CallFact } from '../../provider/callFact.ts';

export function callOver(base: Omit<CallFact, 'phase'>, talkSeconds: number): CallFact {
  if (talkSeconds > 0) return { ...base, phase: 'ended', outcome: 'answered', talkSeconds };
  const isOut = base.direction === 'out';
  return {
    ...base,
    employee: isOut ? base.employee : null,
    phase: 'ended',
    outcome: isOut ? 'no_answer' : 'missed',
  };
}
