import { type CallOutcome, DAY, type EpochMs, SECOND } from '@otklik/domain';
import { z } from 'zod';
import type { CallFact } from '../provider/callFact.ts';
import { callProviderJson, ProviderTrouble } from '../provider/callProvider.ts';
import { hasKey, NO_KEY, readForm, readJson } from '../provider/hook.ts';
import { isExtension } from '../provider/phoneNumbers.ts';
import { seconds, unixTime } from '../provider/times.ts';
import { dialByOnlinepbx } from './dial/onlinepbx.ts';
import { keyed, postJson } from './form.ts';
import type { Line, ListCalls, ReadCalls } from './line.ts';
import { onlinepbxSession } from './onlinepbxApi.ts';
import { amount, readCalls, rowsField, text, wholeSpan } from './readRows.ts';

/**
 * OnlinePBX. `account` is the domain (acme.onpbx.ru), `token` the key of its API for the list of calls.
 * https://kb.onlinepbx.ru (HTTP notifications)
 */
export const onlinepbx: Line = {
  name: 'OnlinePBX',
  gapWithoutList: {
    ru: 'о звонках, про которые не пришло уведомление, Otklik не узнает: задайте token (ключ API OnlinePBX)',
    en: 'a call of which no notification came stays unseen: set token, the key of the API of OnlinePBX',
  },
  async read(channel, request): Promise<ReadCalls> {
    if (!hasKey(request, channel.key?.reveal() ?? '')) return { outcome: 'forged', detail: NO_KEY };
    const isJson = /json/i.test(String(request.headers['content-type'] ?? ''));
    const form = isJson ? null : await readForm(request);
    const { data } = eventShape.safeParse(form ? Object.fromEntries(form) : readJson(request.body));
    const facts = data ? factsOf(data) : null;
    return {
      outcome: 'read',
      facts: facts ?? [],
      faults: facts === null ? ['an event of OnlinePBX that we do not know'] : [],
      answer: { status: 200, body: '' },
    };
  },
  sample: ({ key, account }, { id, client, line, ended }) =>
    postJson(
      {
        domain: account,
        event: 'call_end',
        direction: 'inbound',
        uuid: id,
        caller: client.slice(1),
        callee: line,
        gateway: line,
        date: String(Math.floor(ended / 1_000)),
        dialog_duration: 0,
        hangup_cause: 'NO_ANSWER',
      },
      keyed(key),
    ),
  list: (channel) =>
    channel.token === null || channel.account === null
      ? null
      : listOf(channel.account, channel.token.reveal(), channel.apiRoot),
  dial: dialByOnlinepbx,
};

const word = z.union([z.string(), z.number()]).transform(String).optional();
const eventShape = z.object({
  event: z.string(),
  uuid: z.string().min(1),
  direction: word,
  caller: word,
  callee: word,
  gateway: word,
  date: z.union([z.string(), z.number()]),
  dialog_duration: z.union([z.string(), z.number()]).optional(),
  hangup_cause: word,
});

/**
 * A missed call lacks whom it was for and may be told of a group of which another has answered: so it ends the ringing
 * (leg `ring`) and not the call, which ends by itself only when nobody talks.
 */
function factsOf(told: z.output<typeof eventShape>): CallFact[] | null {
  const at = unixTime(told.date);
  if (at === null) return null;
  const { direction, caller = '', callee = '' } = told;
  if (direction === 'local') return [];
  if (direction !== undefined && direction !== 'inbound' && direction !== 'outbound') return null;
  const isOut = direction === 'outbound' || (direction === undefined && isExtension(caller));
  if (direction === undefined && !isOut && told.event !== 'call_missed') return null;
  const base = {
    call: told.uuid,
    direction: isOut ? 'out' : 'in',
    outside: isOut ? callee : caller,
    line: told.gateway ?? null,
    at,
  } as const;
  const employee = isOut ? caller || null : isExtension(callee) ? callee : null;
  switch (told.event) {
    case 'call_start':
      return [{ ...base, phase: 'ringing', leg: 'ring', employee: isOut ? employee : null }];
    case 'call_answered':
      return [{ ...base, phase: 'answered', leg: 'talk', employee, isMachine: !isOut && employee === null }];
    case 'call_missed':
      return isOut ? [] : [{ ...base, phase: 'ended', leg: 'ring', employee: null, outcome: 'missed' }];
    case 'call_end':
      return [ended(base, employee, seconds(told.dialog_duration), told.hangup_cause)];
    default:
      return null;
  }
}

function ended(
  base: Omit<CallFact, 'phase' | 'employee'>,
  employee: string | null,
  talkSeconds: number,
  cause: string | undefined,
): CallFact {
  const isOut = base.direction === 'out';
  if (talkSeconds > 0)
    return {
      ...base,
      phase: 'ended',
      employee,
      isMachine: !isOut && employee === null,
      outcome: 'answered',
      talkSeconds,
    };
  return {
    ...base,
    phase: 'ended',
    employee: isOut ? employee : null,
    outcome: isOut ? unreached(cause) : 'missed',
  };
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
/** An error has another status and a comment; an hour without calls may have no list. */
const historyShape = z
  .object({ status: z.union([z.literal('1'), z.literal(1)]).optional(), data: rowsField.optional() })
  .refine(({ status, data }) => status !== undefined || data !== undefined);

const listOf =
  (account: string, token: string, apiRoot: string | null): ListCalls =>
  async ({ from, to }, _context, signal) => {
    const { root, headers } = await onlinepbxSession(account, token, apiRoot, signal);
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

/** A longer span is refused. */
const MOST_MS = 7 * DAY;

const NO_HISTORY = {
  ru: 'OnlinePBX не отдаёт историю звонков: проверьте token (ключ API) и account (домен)',
  en: 'OnlinePBX does not give its history of calls: check token (the key of the API) and account (the domain)',
};

/**
 * `user_talk_time` is a colleague's, whoever of the group it was; a voice menu has none. Of a row without `accountcode` the
 * numbers say which way it went. That there is neither a length nor a cause nor an end says that it goes on.
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
  if (talk <= 0) return [ringing, ended({ ...base, at: end }, employee, 0, cause)];
  return [
    ringing,
    { ...base, phase: 'answered', which: 'list', employee, at: end - talk * SECOND },
    { ...base, phase: 'ended', employee, at: end, outcome: 'answered', talkSeconds: talk },
  ];
}

/** `missed` is seen of calls in. */
function wayOf({
  accountcode,
  caller_id_number: caller,
  destination_number: callee,
}: z.output<typeof rowShape>): 'inbound' | 'outbound' | 'local' {
  if (accountcode === 'local' || accountcode === 'outbound') return accountcode;
  if (accountcode === 'inbound' || accountcode === 'missed' || !isExtension(caller)) return 'inbound';
  return isExtension(callee) ? 'local' : 'outbound';
}
