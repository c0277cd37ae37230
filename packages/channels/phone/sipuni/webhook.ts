import type { CallOutcome } from '@otklik/domain';
import { type CallFact, endedFact } from '../../provider/callFact.ts';
import { hasKey, NO_KEY, readForm } from '../../provider/hook.ts';
import { unixTime } from '../../provider/times.ts';
import type { ExchangeWebhook, ReadCalls } from '../exchange.ts';
import { keyed, postForm } from '../samplePosting.ts';
import { callKey } from './call.ts';

type Form = ReadonlyMap<string, string>;

export const sipuniWebhook: ExchangeWebhook = {
  async read(channel, request): Promise<ReadCalls> {
    if (!hasKey(request, channel.key?.reveal() ?? '')) return { outcome: 'forged', detail: NO_KEY };
    const form = await readForm(request);
    const facts = form && factsOf(form);
    return {
      outcome: 'read',
      facts: facts ?? [],
      faults: facts === null ? ['an event of Sipuni that we do not know'] : [],
      answer: { status: 200, body: { success: true } },
    };
  },
  sample: ({ key }, { id, client, line, began, ended }) =>
    postForm(
      {
        event: '2',
        call_id: id,
        src_num: client.slice(1),
        src_type: '1',
        pbxdstnum: line,
        timestamp: String(Math.floor(ended / 1_000)),
        call_start_timestamp: String(Math.floor(began / 1_000)),
        call_answer_timestamp: String(Math.floor(began / 1_000)),
        status: 'NOANSWER',
      },
      { path: keyed(key) },
    ),
};

const [OUTSIDE, INSIDE] = ['1', '2'];

function factsOf(form: Form): CallFact[] | null {
  const call = form.get('call_id');
  const at = unixTime(form.get('timestamp'));
  if (!call || at === null) return null;
  const isOut = form.get('src_type') === INSIDE;
  if (!isOut && form.get('src_type') !== OUTSIDE) return null;
  if (isOut && form.get('dst_type') === INSIDE) return [];
  const outside = (isOut ? form.get('dst_num') : form.get('src_num')) ?? '';
  const base = {
    call: callKey(call, outside),
    direction: isOut ? 'out' : 'in',
    outside,
    // In a call out: the dialled number.
    line: isOut ? null : form.get('pbxdstnum') || null,
    at,
  } as const;
  const caller = form.get('short_src_num') || null;
  const answerer = form.get('dst_type') === INSIDE ? form.get('short_dst_num') || null : null;
  const employee = isOut ? caller : answerer;
  switch (form.get('event')) {
    // Usually comes twice, a second apart.
    case '1':
      return [{ ...base, phase: 'ringing', employee: isOut ? caller : null }];
    case '3':
      return [
        {
          ...base,
          phase: 'answered',
          which: form.get('channel') ?? '',
          employee,
          isMachine: !isOut && employee === null,
        },
      ];
    case '2':
      return [ended(form, base, employee)];
    case '4':
      return [];
    default:
      return null;
  }
}

/**
 * `call_answer_timestamp` is the start when nobody answered, and sometimes too early. Event 3 has the right time;
 * only the status says whether it was answered.
 */
function ended(form: Form, base: Omit<CallFact, 'phase' | 'employee'>, employee: string | null): CallFact {
  const status = form.get('status');
  const end = base.at ?? 0;
  const start = unixTime(form.get('call_start_timestamp')) ?? end;
  const picked = Math.max(start, unixTime(form.get('call_answer_timestamp')) ?? start);
  const talkSeconds = status === 'ANSWER' ? Math.max(0, end - picked) / 1_000 : 0;
  return endedFact(base, employee, talkSeconds, () => unreached(status));
}

function unreached(status: string | undefined): CallOutcome {
  if (status === 'BUSY') return 'busy';
  return status === 'CONGESTION' || status === 'CHANUNAVAIL' ? 'failed' : 'no_answer';
}
