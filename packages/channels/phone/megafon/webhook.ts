import type { HookRequest } from '../../channel.ts';
import type { CallFact } from '../../provider/callFact.ts';
import { readForm, readJson, sameSecret } from '../../provider/hook.ts';
import { seconds } from '../../provider/times.ts';
import type { ExchangeWebhook, ReadCalls } from '../exchange.ts';
import { postForm } from '../samplePosting.ts';
import { basicTime, callOver, personOf, startOf } from './call.ts';
import { type Heard, toldByMegafon } from './transfers.ts';

type Form = ReadonlyMap<string, string>;

export const megafonWebhook: ExchangeWebhook = {
  async read(channel, request, { timezone }, memory): Promise<ReadCalls> {
    const form = await fieldsOf(request);
    if (!sameSecret(form?.get('crm_token'), channel.secret?.reveal() ?? ''))
      return { outcome: 'forged', detail: 'crm_token is missing, or is not the secret of otklik.yaml.' };
    const facts = form && factsOf(form, timezone);
    const isListed = channel.account !== null && channel.token !== null;
    // The exchange waits for the answer to `contact` while the call rings.
    return {
      outcome: 'read',
      facts:
        form && facts ? await toldByMegafon(heardOf(form, facts, isListed), memory, request.receivedAt) : [],
      faults: facts === null ? ['a command of the exchange that we do not know'] : [],
      answer: { status: 200, body: {} },
    };
  },
  sample: ({ secret }, { id, client, line, began }) =>
    postForm({
      cmd: 'history',
      type: 'in',
      status: 'missed',
      callid: id,
      phone: client.slice(1),
      diversion: line,
      start: basicTime(began),
      wait: '10',
      duration: '0',
      crm_token: secret?.reveal() ?? '',
    }),
};

/** A form by the description, JSON in its examples. */
async function fieldsOf(request: HookRequest): Promise<Form | null> {
  if (!/json/i.test(String(request.headers['content-type'] ?? ''))) return readForm(request);
  const told = readJson(request.body);
  if (told === null || typeof told !== 'object') return null;
  const plain = Object.entries(told).filter(([, value]) => ['string', 'number'].includes(typeof value));
  return new Map(plain.map(([name, value]) => [name, String(value)]));
}

/** CANCELLED ends one telephone's ringing, not the call. */
const heardOf = (form: Form, facts: readonly CallFact[], isListed: boolean): Heard => ({
  facts,
  call: form.get('callid') ?? '',
  own: form.get('telnum') || null,
  isOver: form.get('cmd') === 'event' && ['COMPLETED', 'TRANSFERRED'].includes(form.get('type') ?? ''),
  passedTo: form.get('second_callid') || null,
  isListed,
});

function factsOf(form: Form, timezone: string): CallFact[] | null {
  const command = form.get('cmd');
  const call = form.get('callid');
  if (command === 'contact' || command === 'rating') return [];
  if (!call) return null;
  if (command === 'event') return eventOf(form, call);
  if (command === 'history') return historyOf(form, call, timezone);
  return null;
}

/** Events carry no time. INCOMING comes once per ringing telephone. */
function eventOf(form: Form, call: string): CallFact[] | null {
  const direction = form.get('direction') ?? (form.get('type') === 'OUTGOING' ? 'out' : 'in');
  if (direction === 'internal') return [];
  if (direction !== 'in' && direction !== 'out') return null;
  const isOut = direction === 'out';
  const employee = employeeOf(form);
  const base = {
    call,
    direction: isOut ? 'out' : 'in',
    outside: form.get('phone') ?? '',
    line: lineOf(form),
    at: null,
  } as const;
  switch (form.get('type')) {
    case 'INCOMING':
      return [{ ...base, phase: 'ringing', employee: null }];
    case 'OUTGOING':
      return [{ ...base, phase: 'ringing', employee }];
    case 'ACCEPTED':
      return [{ ...base, phase: 'answered', which: employee ?? '', employee }];
    // The history follows at once.
    case 'COMPLETED':
    case 'CANCELLED':
    case 'TRANSFERRED':
      return [];
    default:
      return null;
  }
}

function historyOf(form: Form, call: string, timezone: string): CallFact[] | null {
  const start = startOf(form.get('start'), timezone);
  if (start === null) return null;
  return callOver({
    call,
    start,
    type: form.get('type') ?? '',
    status: form.get('status') ?? '',
    outside: form.get('phone') ?? '',
    line: lineOf(form),
    employee: employeeOf(form),
    waitSeconds: seconds(form.get('wait')),
    talkSeconds: seconds(form.get('duration')),
  });
}

/** `telnum` is the colleague's own number, so it is no line. */
const lineOf = (form: Form): string | null => form.get('diversion') || null;

const employeeOf = (form: Form): string | null => personOf(form.get('user')) ?? (form.get('ext') || null);
