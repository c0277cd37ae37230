import { type CallOutcome, SECOND } from '@otklik/domain';
import { z } from 'zod';
import { bareUrl } from '../provider/bareUrl.ts';
import { callProviderJson, ProviderTrouble } from '../provider/callProvider.ts';
import type { CallFact } from './callFact.ts';
import type { Line, ListCalls } from './line.ts';

/**
 * Any line that is connected to Bitrix24, by its statistics of calls: a fallback, a minute late, for exchanges that we have no
 * better way to. `token` is the address of an incoming webhook with the right «telephony».
 * https://apidocs.bitrix24.com/api-reference/telephony/voximplant/voximplant-statistic-get.html
 */
export const bitrix24: Line = {
  name: 'Битрикс24',
  list: (channel) => (channel.token === null ? null : listOf(channel.token.reveal())),
};

const word = z.union([z.string(), z.number()]).transform(String).nullish();
const rowShape = z.looseObject({
  ID: z.coerce.number(),
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

const MOST_PAGES = 400;

/** By id, so that a row which is added while pages are read stands after all of them: numbered pages would shift. */
const listOf =
  (webhook: string): ListCalls =>
  async ({ from }, _context, signal) => {
    const url = `${bareUrl(webhook)}/voximplant.statistic.get.json`;
    const since = `${new Date(from).toISOString().slice(0, 19)}+00:00`;
    const facts: CallFact[] = [];
    let after = 0;
    for (let page = 0; page < MOST_PAGES; page++) {
      const body = { FILTER: { '>=CALL_START_DATE': since, '>ID': after }, SORT: 'ID', ORDER: 'ASC' };
      const { data } = pageShape.safeParse(
        await callProviderJson({ provider: 'Битрикс24', url, body }, signal),
      );
      if (!data)
        throw new ProviderTrouble({
          ru: 'Битрикс24 не отдал статистику звонков: вебхуку нужно право «Телефония» (telephony)',
          en: 'Bitrix24 did not give its statistics of calls: the webhook needs the right “telephony”',
        });
      facts.push(...data.result.flatMap(callOf));
      after = Math.max(after, ...data.result.map(({ ID }) => ID));
      if (data.next === undefined) return facts;
    }
    throw new ProviderTrouble({
      ru: 'в статистике Битрикс24 слишком много звонков за один раз',
      en: 'the statistics of Bitrix24 have too many calls for one look',
    });
  };

/** `CALL_TYPE`: 1 out, 2 in, 3 in and passed on, 4 a call back. 5 tells people something by a machine, and is no client's. */
const DIRECTIONS: ReadonlyMap<string, 'in' | 'out'> = new Map([
  ['1', 'out'],
  ['2', 'in'],
  ['3', 'in'],
  ['4', 'out'],
]);

function callOf(row: z.output<typeof rowShape>): CallFact[] {
  const began = Date.parse(row.CALL_START_DATE);
  const direction = DIRECTIONS.get(row.CALL_TYPE);
  if (Number.isNaN(began) || direction === undefined) return [];
  const isOut = direction === 'out';
  const employee = row.PORTAL_USER_ID && row.PORTAL_USER_ID !== '0' ? row.PORTAL_USER_ID : null;
  // Without an operator it was answered by an answering machine, and dialled by a robot.
  const isMachine = employee === null;
  const isTalk = row.CALL_FAILED_CODE === '200' && row.CALL_DURATION > 0;
  const base = {
    call: row.CALL_ID,
    direction,
    outside: row.PHONE_NUMBER ?? '',
    line: row.PORTAL_NUMBER ?? null,
  } as const;
  const ringing: CallFact = {
    ...base,
    phase: 'ringing',
    employee: isOut ? employee : null,
    isMachine: isOut && isMachine,
    at: began,
  };
  const ended = { ...base, phase: 'ended', at: began + row.CALL_DURATION * SECOND } as const;
  if (isTalk)
    return [ringing, { ...ended, employee, isMachine, outcome: 'answered', talkSeconds: row.CALL_DURATION }];
  return isOut
    ? [ringing, { ...ended, employee, isMachine, outcome: unreached(row.CALL_FAILED_CODE) }]
    : [ringing, { ...ended, employee: null, outcome: 'missed' }];
}

/** Busy and declined; no such number and the provider's own faults reach nobody. */
function unreached(code: string | null | undefined): CallOutcome {
  if (code === '486' || code === '603') return 'busy';
  return ['304', '480', '200', '603-S'].includes(code ?? '') ? 'no_answer' : 'failed';
}
