import type { CallOutcome } from '@otklik/domain';
import type { CallFact } from '../../provider/callFact.ts';
import type { PhoneChannel } from '../config.ts';
import { nameOf } from './address.ts';

/** Our colleagues' telephones. */
export const accountsOf = ({ accounts }: PhoneChannel): ReadonlySet<string> =>
  new Set([...accounts.values()].flat());

/** A leg by callback or row. */
export interface ToldLeg {
  readonly sid: string;
  readonly parent: string | null;
  readonly isIn: boolean;
  readonly from: string;
  /** The client sees our number instead. */
  readonly by: string;
  readonly to: string;
  readonly status: string;
  readonly at: number | null;
  readonly talkSeconds: number;
  readonly isMachine: boolean;
}

/** null: an unknown status. */
export function factsOfLeg(told: ToldLeg): CallFact[] | null {
  const { sid, parent, isIn, from, by, to, status, at, talkSeconds, isMachine } = told;
  const isChild = parent !== null;
  const isChildOfIn = isIn && isChild;
  const employee = isIn ? (isChild ? nameOf(to) : null) : isMachine ? null : nameOf(by);
  const base = {
    call: parent ?? sid,
    leg: sid,
    direction: isIn ? 'in' : 'out',
    outside: isIn ? from : to,
    line: isChild ? null : isIn ? to : from,
    at,
  } as const;
  const isParentOfIn = isIn && !isChild;
  switch (status) {
    case 'queued':
    case 'initiated':
      return [];
    case 'ringing':
      return isChildOfIn ? [] : [{ ...base, phase: 'ringing', employee: isIn ? null : employee, isMachine }];
    case 'in-progress':
    case 'answered':
      return isParentOfIn
        ? [{ ...base, phase: 'ringing', employee: null }]
        : [{ ...base, phase: 'answered', employee, isMachine }];
    case 'completed':
      return isParentOfIn
        ? [{ ...base, phase: 'ended', employee: null, outcome: 'missed' }]
        : [{ ...base, phase: 'ended', employee, isMachine, outcome: 'answered', talkSeconds }];
    case 'busy':
    case 'no-answer':
    case 'canceled':
    case 'failed':
      if (isChildOfIn) return [];
      return [
        {
          ...base,
          phase: 'ended',
          employee: isIn ? null : employee,
          isMachine,
          outcome: isIn ? 'missed' : UNREACHED[status],
        },
      ];
    default:
      return null;
  }
}

const UNREACHED: Readonly<Record<'busy' | 'no-answer' | 'canceled' | 'failed', CallOutcome>> = {
  busy: 'busy',
  'no-answer': 'no_answer',
  canceled: 'no_answer',
  failed: 'failed',
};
