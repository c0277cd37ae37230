import { DAY, type EpochMs, SECOND } from '@otklik/domain';
import { z } from 'zod';
import type { CallFact } from '../../provider/callFact.ts';
import { callProviderJson, ProviderTrouble } from '../../provider/callProvider.ts';
import { isExtension } from '../../provider/phoneNumbers.ts';
import { unixTime } from '../../provider/times.ts';
import type { PhoneChannel } from '../config.ts';
import type { ListCalls } from '../exchange.ts';
import { amount, readCalls, rowsField, text, wholeSpan } from '../readRows.ts';
import { callOver } from './call.ts';
import { onlinepbxSession } from './session.ts';

const rowShape = z.looseObject({
  uuid: text,
  caller_id_number: text,
  destination_number: text,
  start_stamp: z.unknown().optional(),
  end_stamp: z.unknown().optional(),
  duration: amount,
  user_talk_time: amount,
  accountcode: text,
  hangup_cause: text,
  gateway: text,
});
/** Errors have another status and a comment; an hour without calls may have no list. */
const historyShape = z
  .object({ status: z.union([z.literal('1'), z.literal(1)]).optional(), data: rowsField.optional() })
  .refine(({ status, data }) => status !== undefined || data !== undefined);

export function listOnlinepbxCalls({ account, token, apiRoot }: PhoneChannel): ListCalls | null {
  if (account === null || token === null) return null;
  return async ({ from, to }, _context, signal) => {
    const { root, headers } = await onlinepbxSession(account, token.reveal(), apiRoot, signal);
    const ask = async (span: { readonly from: EpochMs; readonly to: EpochMs }) => {
      const body = new URLSearchParams({
        start_stamp_from: String(Math.floor(span.from / SECOND)),
        start_stamp_to: String(Math.floor(span.to / SECOND)),
      });
      const url = `${root}/mongo_history/search.json`;
      const history = historyShape.safeParse(
        await callProviderJson({ provider: 'OnlinePBX', url, body, headers }, signal),
      );
      if (!history.data) throw new ProviderTrouble(NO_HISTORY);
      return history.data.data ?? [];
    };
    const rows: unknown[] = [];
    for (let start = from; start < to; start += MOST_MS)
      rows.push(...(await wholeSpan({ from: start, to: Math.min(start + MOST_MS, to) }, ask)));
    return readCalls('OnlinePBX', rows, rowShape, callOf);
  };
}

/** A longer span is refused. */
const MOST_MS = 7 * DAY;

const NO_HISTORY = {
  ru: 'OnlinePBX не отдаёт историю звонков: проверьте token (ключ API) и account (домен)',
  en: 'OnlinePBX does not give its history of calls: check token (the key of the API) and account (the domain)',
};

/**
 * `user_talk_time` is a colleague's talk. Without `accountcode` the numbers give the direction. No length, cause or
 * end: in progress.
 */
function callOf(row: z.output<typeof rowShape>): CallFact[] | null {
  const { uuid, caller_id_number: caller, destination_number: callee, duration } = row;
  const way = wayOf(row);
  if (way === 'local') return [];
  const [began, over] = [unixTime(row.start_stamp), unixTime(row.end_stamp)];
  const start = began ?? (over === null ? null : over - (duration ?? 0) * SECOND);
  if (uuid === '' || start === null || (caller === '' && callee === '')) return null;
  const talk = row.user_talk_time ?? 0;
  const isOut = way === 'outbound';
  const base = {
    call: uuid,
    direction: isOut ? 'out' : 'in',
    outside: isOut ? callee : caller,
    line: row.gateway || null,
  } as const;
  const employee = isOut ? caller || null : isExtension(callee) ? callee : null;
  const ringing: CallFact = {
    ...base,
    phase: 'ringing',
    leg: 'ring',
    employee: isOut ? employee : null,
    at: start,
  };
  const isOver = over !== null || duration !== null || row.hangup_cause !== '' || talk > 0;
  if (!isOver) return [ringing];
  const end = over ?? start + Math.max(duration ?? 0, talk) * SECOND;
  const cause = row.hangup_cause || undefined;
  if (talk <= 0) return [ringing, callOver({ ...base, at: end }, employee, 0, cause)];
  return [
    ringing,
    { ...base, phase: 'answered', which: 'list', employee, at: end - talk * SECOND },
    { ...base, phase: 'ended', employee, at: end, outcome: 'answered', talkSeconds: talk },
  ];
}

function wayOf({
  accountcode,
  caller_id_number: caller,
  destination_number: callee,
}: z.output<typeof rowShape>): 'inbound' | 'outbound' | 'local' {
  if (accountcode === 'local' || accountcode === 'outbound') return accountcode;
  if (accountcode === 'inbound' || accountcode === 'missed' || !isExtension(caller)) return 'inbound';
  return isExtension(callee) ? 'local' : 'outbound';
}
