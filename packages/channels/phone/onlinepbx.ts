import { type CallOutcome, DAY, SECOND } from '@otklik/domain';
import { z } from 'zod';
import { callProviderJson, ProviderTrouble } from '../provider/callProvider.ts';
import { hasKey, NO_KEY, readForm, readJson } from '../provider/hook.ts';
import { type CallFact, isExtension } from './callFact.ts';
import { dialByOnlinepbx } from './dial/onlinepbx.ts';
import { keyed, postJson } from './form.ts';
import { type Line, type ListCalls, type ReadCalls, seconds, unixTime } from './line.ts';
import { onlinepbxSession } from './onlinepbxApi.ts';

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
      return [over(base, employee, seconds(told.dialog_duration), told.hangup_cause)];
    default:
      return null;
  }
}

function over(
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

const rowShape = z.object({
  uuid: z.string().min(1),
  caller_id_number: word,
  destination_number: word,
  start_stamp: z.number(),
  end_stamp: z.number(),
  user_talk_time: z.number(),
  accountcode: z.string(),
  hangup_cause: word,
  gateway: word,
});
const historyShape = z.object({ data: z.array(rowShape) });

const listOf =
  (account: string, token: string, apiRoot: string | null): ListCalls =>
  async ({ from, to }, _context, signal) => {
    const { root, headers } = await onlinepbxSession(account, token, apiRoot, signal);
    const facts: CallFact[] = [];
    for (let start = from; start < to; start += MOST_MS) {
      const span = {
        start_stamp_from: String(Math.floor(start / SECOND)),
        start_stamp_to: String(Math.floor(Math.min(start + MOST_MS, to) / SECOND)),
      };
      const history = historyShape.safeParse(
        await callProviderJson(
          {
            provider: 'OnlinePBX',
            url: `${root}/mongo_history/search.json`,
            body: new URLSearchParams(span),
            headers,
          },
          signal,
        ),
      );
      if (!history.data) throw new ProviderTrouble(NO_HISTORY);
      facts.push(...history.data.data.flatMap(callOf));
    }
    return facts;
  };

/** A longer span is refused. */
const MOST_MS = 7 * DAY;

const NO_HISTORY = {
  ru: 'OnlinePBX не отдаёт историю звонков: проверьте token (ключ API) и account (домен)',
  en: 'OnlinePBX does not give its history of calls: check token (the key of the API) and account (the domain)',
};

/** `user_talk_time` is a colleague's, whoever of the group it was; a voice menu has none. */
function callOf(row: z.output<typeof rowShape>): CallFact[] {
  if (row.accountcode === 'local') return [];
  const isOut = row.accountcode === 'outbound';
  const { caller_id_number: caller = '', destination_number: callee = '', user_talk_time: talk } = row;
  const base = {
    call: row.uuid,
    direction: isOut ? 'out' : 'in',
    outside: isOut ? callee : caller,
    line: row.gateway ?? null,
  } as const;
  const employee = isOut ? caller || null : isExtension(callee) ? callee : null;
  const [start, end] = [row.start_stamp * SECOND, row.end_stamp * SECOND];
  const ringing: CallFact = {
    ...base,
    phase: 'ringing',
    leg: 'ring',
    employee: isOut ? employee : null,
    at: start,
  };
  if (talk <= 0) return [ringing, over({ ...base, at: end }, employee, 0, row.hangup_cause)];
  return [
    ringing,
    { ...base, phase: 'answered', which: 'list', employee, at: end - talk * SECOND },
    { ...base, phase: 'ended', employee, at: end, outcome: 'answered', talkSeconds: talk },
  ];
}
