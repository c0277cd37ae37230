import { type CallOutcome, SECOND } from '@otklik/domain';
import { z } from 'zod';
import { bareUrl } from '../../provider/bareUrl.ts';
import type { CallFact } from '../../provider/callFact.ts';
import { callProviderJson, ProviderTrouble } from '../../provider/callProvider.ts';
import { dateTime } from '../../provider/times.ts';
import type { PhoneChannel } from '../config.ts';
import type { ListCalls } from '../exchange.ts';
import { amount, readCalls, rowsField, text } from '../readRows.ts';

const rowShape = z.looseObject({
  CALL_ID: text,
  CALL_TYPE: text,
  PHONE_NUMBER: text,
  PORTAL_NUMBER: text,
  PORTAL_USER_ID: text,
  CALL_DURATION: amount,
  CALL_START_DATE: text,
  CALL_FAILED_CODE: text,
});
const pageShape = z.object({ result: rowsField, next: z.coerce.number().nullish() });
const numbered = z.looseObject({ ID: amount });

const MOST_PAGES = 400;

/** Numbered pages would shift when a row is added, so pages go by id. */
export function listBitrix24Calls({ token }: PhoneChannel): ListCalls | null {
  if (token === null) return null;
  return async ({ from }, _context, signal) => {
    const url = `${bareUrl(token.reveal())}/voximplant.statistic.get.json`;
    const since = `${new Date(from).toISOString().slice(0, 19)}+00:00`;
    const rows: unknown[] = [];
    let [after, start] = [0, 0];
    for (let page = 0; page < MOST_PAGES; page++) {
      const filter = { '>=CALL_START_DATE': since, '>ID': after };
      const body = { FILTER: filter, SORT: 'ID', ORDER: 'ASC', ...(start > 0 && { start }) };
      const { data } = pageShape.safeParse(
        await callProviderJson({ provider: 'Битрикс24', url, body }, signal),
      );
      if (!data)
        throw new ProviderTrouble({
          ru: 'Битрикс24 не отдал статистику звонков: вебхуку нужно право «Телефония» (telephony)',
          en: 'Bitrix24 did not give its statistics of calls: the webhook needs the right “telephony”',
        });
      rows.push(...data.result);
      if (data.next == null) return readCalls('Битрикс24', rows, rowShape, callOf);
      const last = Math.max(after, ...data.result.map((row) => numbered.safeParse(row).data?.ID ?? 0));
      start = last > after ? 0 : data.next;
      after = last;
    }
    throw new ProviderTrouble({
      ru: 'в статистике Битрикс24 слишком много звонков за один раз',
      en: 'the statistics of Bitrix24 have too many calls for one look',
    });
  };
}

/** Type 5: a machine reads out a text. */
const TOLD_BY_A_MACHINE = '5';

/** `CALL_TYPE`: 1 out, 2 in, 3 in and forwarded, 4 call-back. */
const DIRECTIONS: ReadonlyMap<string, 'in' | 'out'> = new Map([
  ['1', 'out'],
  ['2', 'in'],
  ['3', 'in'],
  ['4', 'out'],
]);

function callOf(row: z.output<typeof rowShape>): CallFact[] | null {
  if (row.CALL_TYPE === TOLD_BY_A_MACHINE) return [];
  const began = dateTime(row.CALL_START_DATE);
  const direction = DIRECTIONS.get(row.CALL_TYPE);
  if (row.CALL_ID === '' || began === null || direction === undefined) return null;
  const length = row.CALL_DURATION ?? 0;
  const isOut = direction === 'out';
  const employee = row.PORTAL_USER_ID && row.PORTAL_USER_ID !== '0' ? row.PORTAL_USER_ID : null;
  // No operator: an answering machine or a robot.
  const isMachine = employee === null;
  const isTalk = row.CALL_FAILED_CODE === '200' && length > 0;
  const base = {
    call: row.CALL_ID,
    direction,
    outside: row.PHONE_NUMBER,
    line: row.PORTAL_NUMBER || null,
  } as const;
  const ringing: CallFact = {
    ...base,
    phase: 'ringing',
    employee: isOut ? employee : null,
    isMachine: isOut && isMachine,
    at: began,
  };
  const ended = { ...base, phase: 'ended', at: began + length * SECOND } as const;
  if (isTalk) return [ringing, { ...ended, employee, isMachine, outcome: 'answered', talkSeconds: length }];
  return isOut
    ? [ringing, { ...ended, employee, isMachine, outcome: unreached(row.CALL_FAILED_CODE) }]
    : [ringing, { ...ended, employee: null, outcome: 'missed' }];
}

/** Wrong numbers and provider faults count as failed. */
function unreached(code: string): CallOutcome {
  if (code === '486' || code === '603') return 'busy';
  return ['304', '480', '200', '603-S'].includes(code) ? 'no_answer' : 'failed';
}
