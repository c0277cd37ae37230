import type { CallOutcome } from '@otklik/domain';
import { z } from 'zod';
import { callProviderJson, ProviderTrouble } from '../provider/callProvider.ts';
import type { CallFact } from './callFact.ts';
import type { Line, ListCalls } from './line.ts';

/**
 * Any line that is connected to Bitrix24, by its statistics of calls: a fallback, a minute late, for exchanges that we have no
 * better way to. `token` is the address of an incoming webhook with the right «telephony».
 * https://apidocs.bitrix24.com/api-reference/telephony/voximplant/statistic/voximplant-statistic-get.html
 */
export const bitrix24: Line = {
  name: 'Битрикс24',
  list: (channel) => (channel.token === null ? null : listOf(channel.token.reveal())),
};

const word = z.union([z.string(), z.number()]).transform(String).nullish();
const rowShape = z.looseObject({
  CALL_ID: z.string().min(1),
  CALL_TYPE: z.union([z.string(), z.number()]).transform(String),
  PHONE_NUMBER: word,
  PORTAL_NUMBER: word,
  PORTAL_USER_ID: word,
  CALL_DURATION: z.coerce.number(),
  CALL_START_DATE: z.string(),
  CALL_FAILED_CODE: word,
});
const pageShape = z.object({ result: z.array(rowShape), next: z.number().optional() });

const MOST_PAGES = 200;

const listOf =
  (webhook: string): ListCalls =>
  async ({ from }, _context, signal) => {
    const facts: CallFact[] = [];
    let start: number | undefined = 0;
    for (let page = 0; page < MOST_PAGES && start !== undefined; page++) {
      const body = {
        FILTER: { '>=CALL_START_DATE': new Date(from).toISOString() },
        SORT: 'CALL_START_DATE',
        ORDER: 'ASC',
        start,
      };
      const url = `${webhook.replace(/\/+$/, '')}/voximplant.statistic.get.json`;
      const { data } = pageShape.safeParse(
        await callProviderJson({ provider: 'Битрикс24', url, body }, signal),
      );
      if (!data)
        throw new ProviderTrouble({
          ru: 'Битрикс24 не отдал статистику звонков: вебхуку нужно право «Телефония» (telephony)',
          en: 'Bitrix24 did not give its statistics of calls: the webhook needs the right “telephony”',
        });
      facts.push(...data.result.flatMap(callOf));
      start = data.next;
    }
    return facts;
  };

const OUT = '1';
const CALLED_BACK = '4';

function callOf(row: z.output<typeof rowShape>): CallFact[] {
  const began = Date.parse(row.CALL_START_DATE);
  if (Number.isNaN(began)) return [];
  const isOut = row.CALL_TYPE === OUT || row.CALL_TYPE === CALLED_BACK;
  const employee = row.PORTAL_USER_ID && row.PORTAL_USER_ID !== '0' ? row.PORTAL_USER_ID : null;
  const isTalk = row.CALL_FAILED_CODE === '200' && row.CALL_DURATION > 0;
  const base = {
    call: row.CALL_ID,
    direction: isOut ? 'out' : 'in',
    outside: row.PHONE_NUMBER ?? '',
    line: row.PORTAL_NUMBER ?? null,
  } as const;
  const ringing: CallFact = { ...base, phase: 'ringing', employee: isOut ? employee : null, at: began };
  const ended = { ...base, phase: 'ended', at: began + row.CALL_DURATION * 1_000 } as const;
  if (isTalk) return [ringing, { ...ended, employee, outcome: 'answered', talkSeconds: row.CALL_DURATION }];
  const outcome = isOut ? unreached(row.CALL_FAILED_CODE) : 'missed';
  return [ringing, { ...ended, employee: isOut ? employee : null, outcome }];
}

/** SIP's codes: busy, declined; no such number and the provider's own faults reach nobody. */
function unreached(code: string | null | undefined): CallOutcome {
  if (code === '486' || code === '603') return 'busy';
  return ['304', '480', '200', '603-S'].includes(code ?? '') ? 'no_answer' : 'failed';
}
