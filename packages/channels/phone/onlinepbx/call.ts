import type { CallOutcome } from '@otklik/domain';
import { type CallFact, endedFact } from '../../provider/callFact.ts';

export function callOver(
  base: Omit<CallFact, 'phase' | 'employee'>,
  employee: string | null,
  talkSeconds: number,
  cause: string | undefined,
): CallFact {
  return endedFact(base, employee, talkSeconds, () => unreached(cause));
}

/** Causes of FreeSWITCH. */
function unreached(cause: string | undefined): CallOutcome {
  if (cause === 'USER_BUSY') return 'busy';
  const rang = [
    'NO_ANSWER',
    'NO_USER_RESPONSE',
    'ORIGINATOR_CANCEL',
    'NORMAL_CLEARING',
    'ALLOTTED_TIMEOUT',
    'CALL_REJECTED',
  ];
  return cause === undefined || rang.includes(cause) ? 'no_answer' : 'failed';
}
