import { createHmac } from 'node:crypto';
import type { EpochMs } from '@otklik/domain';
import type { Memory } from '../../channel.ts';
import type { CallFact } from '../../provider/callFact.ts';
import { readForm, sameSecret } from '../../provider/hook.ts';
import { dateTime, seconds } from '../../provider/times.ts';
import type { PhoneChannel } from '../config.ts';
import type { ExchangeContext, ExchangeWebhook, ReadCalls } from '../exchange.ts';
import { postForm } from '../samplePosting.ts';
import { isColleague, isMachine, nameOf } from './address.ts';
import { accountsOf, factsOfLeg } from './call.ts';
import {
  endedClientsOf,
  joinLegs,
  type Leg,
  mayHaveTalked,
  recallLegs,
  rememberLegs,
  talksIn,
} from './conference.ts';
import { isOfConference, legOfForm, parentOfForm } from './legs.ts';

type Form = ReadonlyMap<string, string>;

export const twilioWebhook: ExchangeWebhook = {
  async read(channel, request, context, memory): Promise<ReadCalls> {
    const form = await readForm({ ...request, query: {} });
    const secret = channel.secret?.reveal() ?? '';
    const url = urlOf(context, request);
    const isTheirs =
      form !== null &&
      url !== null &&
      sameSecret(request.headers['x-twilio-signature'], sign(url, form, secret));
    if (!isTheirs)
      return {
        outcome: 'forged',
        detail:
          'X-Twilio-Signature was not made for this address with the auth token: check secret and public_url.',
      };
    const { dial } = request.query;
    const ordered = typeof dial === 'string' ? dial : null;
    const facts = form.get('AccountSid') === channel.account ? factsOf(form, ordered) : null;
    return {
      outcome: 'read',
      facts: facts ? await conferred({ channel, form, facts, ordered, memory, now: request.receivedAt }) : [],
      faults: facts === null ? ['a status of Twilio that we do not know, or of another account'] : [],
      answer: { status: 204, body: '' },
    };
  },
  sample({ account, secret }, { id, client, line, ended }, { hookUrl }) {
    const fields = {
      AccountSid: account ?? '',
      CallSid: id,
      CallStatus: 'no-answer',
      Direction: 'inbound',
      From: client,
      To: /^\d+$/.test(line) ? `+${line}` : line,
      Timestamp: new Date(ended).toUTCString(),
    };
    const signed = sign(hookUrl ?? '', new Map(Object.entries(fields)), secret?.reveal() ?? '');
    return postForm(fields, { headers: { 'x-twilio-signature': signed } });
  },
};

function urlOf(
  { hookUrl }: ExchangeContext,
  { path, query }: { path: string; query: Readonly<Record<string, unknown>> },
): string | null {
  if (hookUrl === null) return null;
  const search = new URLSearchParams(
    Object.entries(query).map(([name, value]) => [name, String(value)]),
  ).toString();
  return `${hookUrl}${path}${search && `?${search}`}`;
}

/** Address without fragment, then name and value of each field, by name. */
function sign(url: string, form: Form, secret: string): string {
  const fields = [...form].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => name + value);
  return createHmac('sha1', secret)
    .update(url + fields.join(''))
    .digest('base64');
}

/**
 * An incoming call is «answered» when our TwiML runs: the parent ends as missed, and an answered child speaks for the
 * call. An unanswered child may be a client dialled by a colleague, so the parent's end decides. `ordered`: our
 * account that ordered this client's leg, a call out of its own.
 */
function factsOf(form: Form, ordered: string | null): CallFact[] | null {
  if (isOfConference(form)) return [];
  const sid = form.get('CallSid');
  if (!sid) return null;
  const parent = ordered === null ? form.get('ParentCallSid') || null : null;
  const from = form.get('From') ?? '';
  const isIn = (form.get('Direction') ?? '').startsWith('inbound') || parent !== null;
  const told = factsOfLeg({
    sid,
    parent,
    isIn,
    from,
    by: ordered ?? from,
    to: form.get('To') ?? '',
    status: form.get('CallStatus') ?? '',
    at: dateTime(form.get('Timestamp')),
    talkSeconds: seconds(form.get('CallDuration')),
    isMachine: isMachine(form.get('AnsweredBy')) || (!isIn && ordered === null && !isColleague(from)),
  });
  // A colleague's call out starts as a call in to our TwiML.
  return told !== null && isIn && isColleague(from) ? [] : told;
}

/**
 * A colleague's leg that the API made calls nobody, and may be the talk of a client's call without a child. The list
 * tells how that call ended.
 */
async function conferred(heard: {
  readonly channel: PhoneChannel;
  readonly form: Form;
  readonly facts: readonly CallFact[];
  readonly ordered: string | null;
  readonly memory: Memory;
  readonly now: EpochMs;
}): Promise<readonly CallFact[]> {
  const { channel, form, facts: own, ordered, memory, now } = heard;
  if (ordered !== null) return own;
  const leg = legOfForm(form, accountsOf(channel), now);
  const known = await recallLegs(channel, memory, now);
  const changed = leg ? joinLegs(known.get(leg.sid), leg) : parentOfForm(form, known);
  if (changed === null) return own;
  await rememberLegs(channel, memory, [changed]);
  const legs = [...new Map(known).set(changed.sid, changed).values()];
  const talks = talksIn(legs, now, 'conference', nameOf);
  // A child is told as it is.
  if (leg === null) return [...own, ...talks];
  if (changed.kind === 'client') return mayHaveTalked(changed, legs, now) ? talks : [...own, ...talks];
  // Tells what was held back at the end of the client's call.
  return [...talks, ...endedClientsOf(changed, legs, now).flatMap(endOfClient)];
}

const endOfClient = ({ sid, direction, from, to, ended }: Leg): CallFact[] =>
  direction === 'out' || ended === null
    ? []
    : (factsOfLeg({
        sid,
        parent: null,
        isIn: true,
        from,
        by: from,
        to,
        status: 'completed',
        at: ended,
        talkSeconds: 0,
        isMachine: false,
      }) ?? []);
