import { XMLParser } from 'fast-xml-parser';
import { z } from 'zod';
import type { CallFact } from '../../provider/callFact.ts';
import { hasKey, NO_KEY } from '../../provider/hook.ts';
import { unixTime } from '../../provider/times.ts';
import type { ExchangeWebhook, ReadCalls } from '../exchange.ts';
import { keyed } from '../samplePosting.ts';
import { subscriptionEnded } from './list.ts';

export const beelineWebhook: ExchangeWebhook = {
  async read(channel, request): Promise<ReadCalls> {
    if (!hasKey(request, channel.key?.reveal() ?? '')) return { outcome: 'forged', detail: NO_KEY };
    const facts = factsOf(request.body, () => subscriptionEnded(channel));
    return {
      outcome: 'read',
      facts: facts ?? [],
      faults: facts === null ? ['the body is no event of BroadWorks that we know'] : [],
      answer: { status: 200, body: '' },
    };
  },
  sample: ({ key }, { id, client, began, ended }) => ({
    method: 'POST',
    path: keyed(key),
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0" encoding="UTF-8"?><xsi:Event xmlns:xsi="http://schema.broadsoft.com/xsi" xmlns:xsi1="http://www.w3.org/2001/XMLSchema-instance"><xsi:targetId>otklik-test</xsi:targetId><xsi:eventData xsi1:type="xsi:CallReleasedEvent"><xsi:call><xsi:callId>${id}</xsi:callId><xsi:extTrackingId>${id}</xsi:extTrackingId><xsi:personality>Terminator</xsi:personality><xsi:remoteParty><xsi:address>tel:${client}</xsi:address></xsi:remoteParty><xsi:startTime>${began}</xsi:startTime><xsi:releaseTime>${ended}</xsi:releaseTime></xsi:call></xsi:eventData></xsi:Event>`,
  }),
};

const parser = new XMLParser({
  removeNSPrefix: true,
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  processEntities: false,
});

const text = z
  .union([z.string(), z.looseObject({ '#text': z.string() }).transform((node) => node['#text'])])
  .optional();
const callShape = z.looseObject({
  callId: text,
  extTrackingId: text,
  personality: text,
  remoteParty: z.looseObject({ address: text, callType: text }).optional().catch(undefined),
  addressOfRecord: text,
  startTime: text,
  answerTime: text,
  releaseTime: text,
});
const eventShape = z.object({
  Event: z.looseObject({
    targetId: text,
    eventData: z.looseObject({ '@type': z.string(), call: callShape.optional() }),
  }),
});
const terminatedShape = z.object({
  Event: z.looseObject({ '@type': z.string().regex(/\bSubscriptionTerminatedEvent$/) }),
});

/** Events that neither begin, answer nor end a call. */
const OTHERS =
  /^(CallHeld|CallRetrieved|CallRedirected|CallTransferred|CallUpdated|CallForwarded|CallCollecting|Subscription\w*|Hook\w*|CallBarged\w*|CallPickedUp)Event$/;

/**
 * Personality of an ordered call while the colleague's own telephone rings (`CallOriginatingEvent`, BroadWorks
 * schema); then Originator.
 */
const OWN_RINGING = 'Click-to-Dial';

/** We began the call; the other value is Terminator. */
const OURS: ReadonlySet<string> = new Set(['Originator', OWN_RINGING]);

function factsOf(body: Buffer, onTerminated: () => void): CallFact[] | null {
  let xml: unknown;
  try {
    xml = parser.parse(body.toString('utf8'));
  } catch {
    return null;
  }
  if (terminatedShape.safeParse(xml).success) {
    onTerminated();
    return [];
  }
  const { data } = eventShape.safeParse(xml);
  if (!data) return null;
  const { targetId, eventData } = data.Event;
  const type = eventData['@type'].replace(/^.*:/, '');
  if (OTHERS.test(type)) return [];
  const { call } = eventData;
  if (!call?.extTrackingId || !call.callId) return null;
  const isOut = OURS.has(call.personality ?? '');
  if (!isOut && call.personality !== 'Terminator') return null;
  // Between subscribers of one exchange.
  if (/^(Group|Enterprise)$/.test(call.remoteParty?.callType ?? '')) return [];
  const employee = targetId?.split('@', 1)[0] ?? null;
  const base = {
    call: call.extTrackingId,
    leg: call.callId,
    direction: isOut ? 'out' : 'in',
    outside: (call.remoteParty?.address ?? '').replace(/^tel:/, ''),
    line: null,
  } as const;
  const started = unixTime(call.startTime);
  const answered = unixTime(call.answerTime);
  const released = unixTime(call.releaseTime);
  if (call.personality === OWN_RINGING)
    return type === 'CallReleasedEvent'
      ? [{ ...base, phase: 'ended', which: 'own', employee, at: released, outcome: 'not_dialled' }]
      : [];
  switch (type) {
    case 'CallReceivedEvent':
      return [{ ...base, phase: 'ringing', employee: null, at: started }];
    case 'CallOriginatedEvent':
    case 'CallOriginatingEvent':
      return [{ ...base, phase: 'ringing', employee, at: started }];
    case 'CallAnsweredEvent':
      return [{ ...base, phase: 'answered', employee, at: answered }];
    case 'CallReleasedEvent':
      return [
        answered !== null && released !== null
          ? {
              ...base,
              phase: 'ended',
              employee,
              at: released,
              outcome: 'answered',
              talkSeconds: (released - answered) / 1_000,
            }
          : {
              ...base,
              phase: 'ended',
              employee: isOut ? employee : null,
              at: released,
              outcome: isOut ? 'no_answer' : 'missed',
            },
      ];
    default:
      return null;
  }
}
