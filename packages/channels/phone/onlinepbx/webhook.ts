import { z } from 'zod';
import type { CallFact } from '../../provider/callFact.ts';
import { hasKey, NO_KEY, readForm, readJson } from '../../provider/hook.ts';
import { isExtension } from '../../provider/phoneNumbers.ts';
import { seconds, unixTime } from '../../provider/times.ts';
import type { ExchangeWebhook, ReadCalls } from '../exchange.ts';
import { keyed, postJson } from '../samplePosting.ts';
import { callOver } from './call.ts';

export const onlinepbxWebhook: ExchangeWebhook = {
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
 * A missed event names nobody, and another of the group may have answered: it ends the ringing (leg `ring`), and the
 * call only if nobody talks.
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
      return [callOver(base, employee, seconds(told.dialog_duration), told.hangup_cause)];
    default:
      return null;
  }
}
