import type { CallOutcome, EpochMs } from '@otklik/domain';
import { readForm, sameSecret } from '../provider/hook.ts';
import type { CallFact } from './callFact.ts';
import { dialByMegafon } from './dial/megafon.ts';
import { postForm } from './form.ts';
import { type Line, localTime, type ReadCalls, seconds } from './line.ts';

type Form = ReadonlyMap<string, string>;

/**
 * MegaFon's exchange and its family (Gravitel, MI-1): commands to «your CRM». `secret` is the key that the exchange shows as
 * «Ключ для авторизации в вашей CRM» (crm_token), and all that it proves itself with. There is no list of calls.
 */
export const megafon: Line = {
  name: 'МегаФон ВАТС',
  async read(channel, request, { timezone }): Promise<ReadCalls> {
    const form = await readForm(request);
    if (!sameSecret(form?.get('crm_token'), channel.secret?.reveal() ?? ''))
      return { outcome: 'forged', detail: 'crm_token is missing, or is not the secret of otklik.yaml.' };
    const facts = form && factsOf(form, timezone);
    // The exchange waits for the answer to `contact` while the call rings.
    return {
      outcome: 'read',
      facts: facts ?? [],
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
      start: new Date(began).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').concat('Z'),
      wait: '10',
      duration: '0',
      crm_token: secret?.reveal() ?? '',
    }),
  dial: dialByMegafon,
};

function factsOf(form: Form, timezone: string): CallFact[] | null {
  const command = form.get('cmd');
  const call = form.get('callid');
  if (command === 'contact' || command === 'rating') return [];
  if (!call) return null;
  if (command === 'event') return eventOf(form, call);
  if (command === 'history') return historyOf(form, call, timezone);
  return null;
}

/** Events have no time. INCOMING comes once for each telephone that rings. */
function eventOf(form: Form, call: string): CallFact[] | null {
  const isOut = form.get('type') === 'OUTGOING' || form.get('direction') === 'out';
  const employee = form.get('user') || form.get('ext') || null;
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
    // Of the whole call tells the history, which follows at once.
    case 'COMPLETED':
    case 'CANCELLED':
    case 'TRANSFERRED':
      return [];
    default:
      return null;
  }
}

/** The call when it is over. Talking began `wait` seconds after `start`. */
function historyOf(form: Form, call: string, timezone: string): CallFact[] | null {
  const start = startOf(form.get('start'), timezone);
  if (start === null) return null;
  const isOut = form.get('type') === 'out';
  const employee = form.get('user') || form.get('ext') || null;
  const talk = seconds(form.get('duration'));
  const status = (form.get('status') ?? '').toLowerCase();
  const isTalk = status === 'success' && talk > 0;
  const picked = start + seconds(form.get('wait')) * 1_000;
  const base = {
    call,
    direction: isOut ? 'out' : 'in',
    outside: form.get('phone') ?? '',
    line: lineOf(form),
  } as const;
  const ringing: CallFact = {
    ...base,
    phase: 'ringing',
    which: 'history',
    employee: isOut ? employee : null,
    at: start,
  };
  if (!isTalk) {
    const outcome = isOut ? unreached(status) : 'missed';
    return [ringing, { ...base, phase: 'ended', employee: isOut ? employee : null, at: picked, outcome }];
  }
  return [
    ringing,
    {
      ...base,
      phase: 'answered',
      which: 'history',
      employee,
      at: picked,
      isMachine: employee === null && !isOut,
    },
    {
      ...base,
      phase: 'ended',
      employee,
      at: picked + talk * 1_000,
      outcome: 'answered',
      talkSeconds: talk,
      isMachine: employee === null && !isOut,
    },
  ];
}

function unreached(status: string): CallOutcome {
  if (status === 'busy') return 'busy';
  return status === 'notallowed' || status === 'notfound' ? 'failed' : 'no_answer';
}

const lineOf = (form: Form): string | null => form.get('diversion') || form.get('telnum') || null;

/** `20261123T070000Z`, or a time by the exchange's clock: both are seen. */
function startOf(text: string | undefined, timezone: string): EpochMs | null {
  const basic = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text ?? '');
  if (!basic) return localTime(text, timezone);
  const [, year, month, day, hour, minute, second] = basic;
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(at) ? null : at;
}
