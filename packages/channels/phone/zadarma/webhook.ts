import type { CallFact } from '../../provider/callFact.ts';
import { readForm, sameSecret } from '../../provider/hook.ts';
import { isExtension } from '../../provider/phoneNumbers.ts';
import { localTime, seconds, wallClock } from '../../provider/times.ts';
import type { ExchangeWebhook, ReadCalls } from '../exchange.ts';
import { postForm } from '../samplePosting.ts';
import { zadarmaSignature } from './api.ts';
import { outcomeOf } from './list.ts';

type Form = ReadonlyMap<string, string>;

export const zadarmaWebhook: ExchangeWebhook = {
  async read(channel, request, { timezone }): Promise<ReadCalls> {
    const form = await readForm(request);
    const echo = form?.get('zd_echo');
    // An unsigned check of the address; the answer reveals nothing.
    if (echo !== undefined && /^[\w.-]{1,100}$/.test(echo))
      return { outcome: 'read', facts: [], faults: [], answer: { status: 200, body: echo } };
    const secret = channel.secret?.reveal() ?? '';
    const text = form && signedText(form);
    if (!form || text === null || !sameSecret(request.headers.signature, zadarmaSignature(text, secret)))
      return {
        outcome: 'forged',
        detail: 'The header Signature is missing, or was not made with the secret of otklik.yaml.',
      };
    const facts = factsOf(form, timezone);
    return {
      outcome: 'read',
      facts: facts ?? [],
      faults: facts === null ? ['an event of Zadarma that we do not know'] : [],
      answer: { status: 200, body: '' },
    };
  },
  sample(channel, { id, client, line, began }, { timezone }) {
    const fields = {
      event: 'NOTIFY_END',
      pbx_call_id: id,
      call_start: wallClock(began, timezone),
      caller_id: client,
      called_did: line,
      duration: '0',
      disposition: 'cancel',
      status_code: '16',
    };
    const text = signedText(new Map(Object.entries(fields)));
    return postForm(fields, {
      headers: { signature: zadarmaSignature(text, channel.secret?.reveal() ?? '') },
    });
  },
};

const SIGNED: Readonly<Record<string, readonly string[]>> = {
  NOTIFY_START: ['caller_id', 'called_did', 'call_start'],
  NOTIFY_INTERNAL: ['caller_id', 'called_did', 'call_start'],
  NOTIFY_END: ['caller_id', 'called_did', 'call_start'],
  NOTIFY_IVR: ['caller_id', 'called_did', 'call_start'],
  NOTIFY_ANSWER: ['caller_id', 'destination', 'call_start'],
  NOTIFY_OUT_START: ['internal', 'destination', 'call_start'],
  NOTIFY_OUT_END: ['internal', 'destination', 'call_start'],
  NOTIFY_RECORD: ['pbx_call_id', 'call_id_with_rec'],
};
/** Events without a rule of their own are checked by the most common one. */
const COMMON = ['caller_id', 'called_did', 'call_start'];

const signedText = (form: Form): string =>
  (SIGNED[form.get('event') ?? ''] ?? COMMON).map((name) => form.get(name) ?? '').join('');

/** The id tells it where the event's name does not. */
const isOutbound = (call: string): boolean => call.startsWith('out_');

/** null: unknown event. Answers and ends carry no time. */
function factsOf(form: Form, timezone: string): CallFact[] | null {
  const event = form.get('event') ?? '';
  const call = form.get('pbx_call_id');
  if (event === 'NOTIFY_RECORD') return [];
  if (!call) return null;
  const internal = form.get('internal') || null;
  const began = localTime(form.get('call_start'), timezone);
  const inbound = {
    call,
    direction: 'in',
    outside: form.get('caller_id') ?? '',
    line: form.get('called_did') ?? null,
  } as const;
  const outbound = {
    call,
    direction: 'out',
    outside: form.get('destination') ?? '',
    line: form.get('caller_id') ?? null,
  } as const;
  const talkSeconds = seconds(form.get('duration'));
  switch (event) {
    case 'NOTIFY_START':
      return [{ ...inbound, phase: 'ringing', employee: null, at: began }];
    case 'NOTIFY_INTERNAL':
      return [{ ...inbound, phase: 'ringing', which: internal ?? '', employee: null, at: began }];
    case 'NOTIFY_ANSWER': {
      const answered = { phase: 'answered', which: internal ?? '', employee: internal, at: null } as const;
      if (isOutbound(call)) return [{ ...outbound, ...answered }];
      // It has no `called_did`; `destination` is our number or the extension.
      const line = inbound.line ?? form.get('destination') ?? null;
      return [{ ...inbound, ...answered, line, isMachine: internal === null }];
    }
    case 'NOTIFY_END': {
      const outcome = form.get('disposition') === 'answered' ? 'answered' : 'missed';
      const isMachine = outcome === 'answered' && internal === null;
      const employee = outcome === 'answered' ? internal : null;
      return [
        {
          ...inbound,
          phase: 'ended',
          employee,
          isMachine,
          at: null,
          outcome,
          talkSeconds: outcome === 'answered' ? talkSeconds : 0,
        },
      ];
    }
    case 'NOTIFY_OUT_START':
      return isExtension(outbound.outside)
        ? []
        : [{ ...outbound, phase: 'ringing', employee: internal, at: began }];
    case 'NOTIFY_OUT_END': {
      const outcome = outcomeOf(form.get('disposition'));
      return isExtension(outbound.outside)
        ? []
        : [
            {
              ...outbound,
              phase: 'ended',
              employee: internal,
              at: null,
              outcome,
              talkSeconds: outcome === 'answered' ? talkSeconds : 0,
            },
          ];
    }
    case 'NOTIFY_IVR':
    case 'NOTIFY_INTERNAL_END':
      return [];
    default:
      return null;
  }
}
