import { DAY } from '@otklik/domain';
import { z } from 'zod';
import type { CallFact } from '../provider/callFact.ts';
import { callProviderJson, ProviderTrouble } from '../provider/callProvider.ts';
import { hasKey, NO_KEY, readJson } from '../provider/hook.ts';
import { localTime, seconds, unixTime, wallClock } from '../provider/times.ts';
import { dialByUis } from './dial/uis.ts';
import { keyed, postJson } from './form.ts';
import type { Line, ListCalls, ReadCalls } from './line.ts';
import { amount, readCalls, rowsField, text } from './readRows.ts';

/**
 * UIS, CoMagic and Novofon 2.0: one platform. Notifications are rules whose body the customer writes, so that the body is
 * ours: docs/channels/phone/uis.md has it for pasting. `token` is for the Data API.
 */
export const uis: Line = {
  name: 'UIS',
  gapWithoutList: {
    ru: 'о звонках, про которые не пришло уведомление, Otklik не узнает: задайте token (ключ Data API UIS)',
    en: 'a call of which no notification came stays unseen: set token, the key of the Data API of UIS',
  },
  async read(channel, request, { timezone }): Promise<ReadCalls> {
    if (!hasKey(request, channel.key?.reveal() ?? '')) return { outcome: 'forged', detail: NO_KEY };
    const answer = { status: 200, body: '' };
    const { data } = templateShape.safeParse(readTemplate(request.body));
    const fact = data && factOf(data, timezone);
    return fact
      ? { outcome: 'read', facts: [fact], faults: [], answer }
      : {
          outcome: 'read',
          facts: [],
          faults: ['the body is not the one of docs/channels/phone/uis.md'],
          answer,
        };
  },
  sample: ({ key }, { id, client, line, ended }) =>
    postJson(
      {
        event: 'lost',
        at: Math.floor(ended / 1_000),
        call: id,
        line,
        client: client.slice(1),
        employee: null,
        talk: 0,
      },
      keyed(key),
    ),
  list: (channel) => (channel.token === null ? null : listOf(channel.token.reveal(), channel.apiRoot)),
  dial: dialByUis,
};

/** A placeholder without a value, and a number that the platform did not quote, make no JSON: they are read all the same. */
function readTemplate(body: Buffer): unknown {
  const filled = body
    .toString('utf8')
    .replaceAll(/:\s*(?=[,}])/g, ':null')
    .replaceAll(/:\s*(\+\d+)(?=\s*[,}])/g, ':"$1"');
  return readJson(Buffer.from(filled));
}

const word = z.union([z.string(), z.number()]).transform(String).nullish();
const templateShape = z.object({
  event: z.enum(['ringing', 'answered', 'ended', 'lost', 'out_ringing', 'out_answered', 'out_ended']),
  at: z.union([z.string(), z.number()]),
  call: z.union([z.string(), z.number()]).transform(String),
  line: word,
  client: word,
  employee: word,
  talk: z.union([z.string(), z.number()]).nullish(),
});

function factOf(told: z.output<typeof templateShape>, timezone: string): CallFact | null {
  const at = unixTime(told.at) ?? localTime(String(told.at), timezone);
  if (told.call === '' || at === null) return null;
  const isOut = told.event.startsWith('out_');
  const base = {
    call: told.call,
    direction: isOut ? 'out' : 'in',
    outside: told.client ?? '',
    line: told.line ?? null,
    employee: told.employee || null,
    at,
  } as const;
  switch (told.event) {
    case 'ringing':
      return { ...base, employee: null, phase: 'ringing' };
    case 'out_ringing':
      return { ...base, phase: 'ringing' };
    case 'answered':
    case 'out_answered':
      return { ...base, phase: 'answered', which: told.employee ?? '' };
    case 'lost':
      return { ...base, employee: null, phase: 'ended', outcome: 'missed' };
    default:
      return over(base, seconds(told.talk));
  }
}

/** A call that is over: talked about, or not. */
function over(base: Omit<CallFact, 'phase'>, talkSeconds: number): CallFact {
  if (talkSeconds > 0) return { ...base, phase: 'ended', outcome: 'answered', talkSeconds };
  const isOut = base.direction === 'out';
  return {
    ...base,
    employee: isOut ? base.employee : null,
    phase: 'ended',
    outcome: isOut ? 'no_answer' : 'missed',
  };
}

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

/** https://www.uiscom.ru/academiya/spravochnyj-centr/dokumentatsiya-api/data_api: `get.calls_report`, times by the account's clock. */
const listOf =
  (token: string, apiRoot: string | null): ListCalls =>
  async ({ from, to }, { timezone }, signal) => {
    const rows: unknown[] = [];
    for (let offset = 0; ; offset += PAGE) {
      const params = {
        access_token: token,
        date_from: wallClock(from, timezone),
        date_till: wallClock(Math.min(to, from + 90 * DAY), timezone),
        limit: PAGE,
        offset,
        // A call that goes on would be told as lost, and in another order a new one would push others past the page's edge.
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

/** null as the end says that the call goes on. */
function callOf(row: z.output<typeof rowShape>, timezone: string): CallFact[] | null {
  const { direction } = row;
  const began = localTime(row.start_time, timezone);
  if (row.id === '' || began === null || (direction !== 'in' && direction !== 'out')) return null;
  if (row.finish_time === null) return [];
  const ended = localTime(text.parse(row.finish_time), timezone);
  if (ended === null) return null;
  const isOut = direction === 'out';
  // Among the employees of a call in are those whose telephones rang in vain.
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
    over({ ...base, employee, at: ended }, talk),
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
