import { type CallOutcome, type EpochMs, SECOND } from '@otklik/domain';
import type { CallFact } from '../../provider/callFact.ts';
import { localTime } from '../../provider/times.ts';

/** The same facts and names from the posted and the listed history. The talk began `wait` seconds after `start`. */
export function callOver(told: {
  readonly call: string;
  readonly start: EpochMs;
  readonly type: string;
  readonly status: string;
  readonly outside: string;
  readonly line: string | null;
  readonly employee: string | null;
  readonly waitSeconds: number;
  readonly talkSeconds: number;
}): CallFact[] | null {
  const { call, start, type, outside, line, employee, talkSeconds: talk } = told;
  if (type === 'internal') return [];
  if (type !== 'in' && type !== 'out') return null;
  const isOut = type === 'out';
  const status = told.status.toLowerCase();
  const isTalk = status === 'success' && talk > 0;
  const picked = start + told.waitSeconds * SECOND;
  const base = { call, direction: isOut ? 'out' : 'in', outside, line } as const;
  const ringing: CallFact = {
    ...base,
    phase: 'ringing',
    which: 'history',
    employee: isOut ? employee : null,
    at: start,
  };
  if (!isTalk) {
    const outcome = isOut ? unreached(status) : 'missed';
    return [ringing, { ...base, phase: 'ended', employee: isOut ? employee : null, at: picked, outcome }];
  }
  return [
    ringing,
    {
      ...base,
      phase: 'answered',
      which: 'history',
      employee,
      at: picked,
      isMachine: employee === null && !isOut,
    },
    {
      ...base,
      phase: 'ended',
      employee,
      at: picked + talk * SECOND,
      outcome: 'answered',
      talkSeconds: talk,
      isMachine: employee === null && !isOut,
    },
  ];
}

function unreached(status: string): CallOutcome {
  if (status === 'busy') return 'busy';
  return status === 'notallowed' || status === 'notfound' ? 'failed' : 'no_answer';
}

/** null for a group (`g_…`), which cannot talk. */
export const personOf = (user: string | null | undefined): string | null =>
  user && !user.startsWith('g_') ? user : null;

/** `20261123T070000Z`, another zone, or the exchange's local time: all occur. */
export function startOf(text: string | undefined, timezone: string): EpochMs | null {
  const basic = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text ?? '');
  const [, year, month, day, hour, minute, second] = basic ?? [];
  const zoned = basic ? `${year}-${month}-${day}T${hour}:${minute}:${second}Z` : (text ?? '');
  const time = zoned.slice(zoned.indexOf('T') + 1);
  if (time === zoned || !/(Z|[+-]\d\d:?\d\d)$/.test(time)) return localTime(text, timezone);
  const at = Date.parse(zoned);
  return Number.isNaN(at) ? null : at;
}

export const basicTime = (at: EpochMs): string =>
  `${new Date(at).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
