import { DAY } from '@otklik/domain';
import { z } from 'zod';
import type { CallFact } from '../../provider/callFact.ts';
import { callProviderJson, ProviderTrouble } from '../../provider/callProvider.ts';
import { localTime, wallClock } from '../../provider/times.ts';
import type { PhoneChannel } from '../config.ts';
import type { ListCalls } from '../exchange.ts';
import { amount, readCalls, rowsField, text } from '../readRows.ts';
import { callOver } from './call.ts';

const PAGE = 1_000;
const FIELDS = [
  'id',
  'start_time',
  'finish_time',
  'direction',
  'is_lost',
  'talk_duration',
  'wait_duration',
  'virtual_phone_number',
  'contact_phone_number',
  'employees',
  'first_answered_employee_id',
];

const rowShape = z.looseObject({
  id: text,
  start_time: text,
  finish_time: z.unknown().optional(),
  direction: text,
  is_lost: z.unknown().optional(),
  talk_duration: amount,
  wait_duration: amount,
  virtual_phone_number: text,
  contact_phone_number: text,
  employees: z
    .array(z.looseObject({ employee_id: text }))
    .nullish()
    .catch(null),
  first_answered_employee_id: text,
});
const answerShape = z.object({ result: z.object({ data: rowsField }) });
const errorShape = z.object({ error: z.object({ message: z.string() }) });

/**
 * https://www.uiscom.ru/academiya/spravochnyj-centr/dokumentatsiya-api/data_api: `get.calls_report`, times by the
 * account's clock.
 */
export function listUisCalls({ token, apiRoot }: PhoneChannel): ListCalls | null {
  if (token === null) return null;
  return async ({ from, to }, { timezone }, signal) => {
    const rows: unknown[] = [];
    for (let offset = 0; ; offset += PAGE) {
      const params = {
        access_token: token.reveal(),
        date_from: wallClock(from, timezone),
        date_till: wallClock(Math.min(to, from + 90 * DAY), timezone),
        limit: PAGE,
        offset,
        // A call in progress would look lost; another order would shift the pages when a call is added.
        include_ongoing_calls: false,
        sort: [{ field: 'start_time' }],
        fields: FIELDS,
      };
      const answered = await callProviderJson(
        {
          provider: 'UIS',
          url: `${apiRoot ?? 'https://dataapi.uiscom.ru'}/v2.0`,
          body: { jsonrpc: '2.0', id: 'otklik', method: 'get.calls_report', params },
        },
        signal,
      );
      const { data } = answerShape.safeParse(answered);
      if (!data) throw refusal(answered);
      rows.push(...data.result.data);
      if (data.result.data.length < PAGE)
        return readCalls('UIS', rows, rowShape, (row) => callOf(row, timezone));
    }
  };
}

/** A null end means still in progress. */
function callOf(row: z.output<typeof rowShape>, timezone: string): CallFact[] | null {
  const { direction } = row;
  const began = localTime(row.start_time, timezone);
  if (row.id === '' || began === null || (direction !== 'in' && direction !== 'out')) return null;
  if (row.finish_time === null) return [];
  const ended = localTime(text.parse(row.finish_time), timezone);
  if (ended === null) return null;
  const isOut = direction === 'out';
  // In an incoming call `employees` includes those who did not answer.
  const dialled = isOut ? row.employees?.find(({ employee_id }) => employee_id)?.employee_id : null;
  const employee = row.first_answered_employee_id || dialled || null;
  const talk = isTrue(row.is_lost) ? 0 : (row.talk_duration ?? 0);
  const base = {
    call: row.id,
    direction,
    outside: row.contact_phone_number,
    line: row.virtual_phone_number || null,
  } as const;
  const answered: CallFact[] =
    talk > 0 ? [{ ...base, phase: 'answered', employee, at: began + (row.wait_duration ?? 0) * 1_000 }] : [];
  return [
    { ...base, phase: 'ringing', employee: isOut ? employee : null, at: began },
    ...answered,
    callOver({ ...base, employee, at: ended }, talk),
  ];
}

const isTrue = (value: unknown): boolean => value === true || value === 'true' || value === 1;

function refusal(answered: unknown): ProviderTrouble {
  const { data } = errorShape.safeParse(answered);
  const why = data?.error.message.slice(0, 200) ?? '';
  return new ProviderTrouble({
    ru: `UIS не отдаёт отчёт по звонкам${why && `: ${why}`}. Проверьте ключ Data API и список разрешённых адресов в кабинете`,
    en: `UIS does not give its report of calls${why && `: ${why}`}. Check the key of the Data API and the list of allowed addresses`,
  });
}
