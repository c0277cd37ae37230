import { createHmac } from 'node:crypto';
import type { PhoneChannel } from '@otklik/config';
import { type CallOutcome, type EpochMs, HOUR } from '@otklik/domain';
import { z } from 'zod';
import type { Memory } from '../channel.ts';
import type { CallFact } from '../provider/callFact.ts';
import { callProviderJson, ProviderTrouble } from '../provider/callProvider.ts';
import { readForm, sameSecret } from '../provider/hook.ts';
import { dateTime, seconds } from '../provider/times.ts';
import { dialByTwilio } from './dial/twilio.ts';
import { postForm } from './form.ts';
import type { Line, LineContext, ListCalls, ReadCalls } from './line.ts';
import { readCalls, readRows, rowsField, text } from './readRows.ts';
import { isColleague, isMachine, isOurs, nameOf } from './twilioAddress.ts';
import {
  endedClientsOf,
  joinLegs,
  type Leg,
  mayHaveTalked,
  mayTalk,
  recallLegs,
  rememberLegs,
  talksIn,
} from './twilioConference.ts';
import { isOfConference, legOfForm, legOfRow, parentOfForm } from './twilioLegs.ts';

type Form = ReadonlyMap<string, string>;

/**
 * Twilio Voice by status callbacks. `account` is the account's SID, `secret` its auth token.
 * https://www.twilio.com/docs/voice/api/call-resource#statuscallback, https://www.twilio.com/docs/usage/security
 */
export const twilio: Line = {
  name: 'Twilio',
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
  list: (channel) => listOf(channel),
  dial: dialByTwilio,
};

function urlOf(
  { hookUrl }: LineContext,
  { path, query }: { path: string; query: Readonly<Record<string, unknown>> },
): string | null {
  if (hookUrl === null) return null;
  const search = new URLSearchParams(
    Object.entries(query).map(([name, value]) => [name, String(value)]),
  ).toString();
  return `${hookUrl}${path}${search && `?${search}`}`;
}

/** The whole address without its fragment, then each field's name and value in order of names. */
function sign(url: string, form: Form, secret: string): string {
  const fields = [...form].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => name + value);
  return createHmac('sha1', secret)
    .update(url + fields.join(''))
    .digest('base64');
}

/**
 * An incoming call is «answered» as soon as our TwiML runs, so that the parent is no leg on which anybody talks: it ends as
 * missed, and whoever was dialled for it (its child) speaks for the call when they pick up. Of a child that nobody picks up
 * the parent's end tells; it may even be a client whom a colleague's call dials, and is no turn of theirs.
 * `ordered`: by which of our accounts, of the client's leg of a call that we ordered. It is a call of its own then, out to the client.
 */
function factsOf(form: Form, ordered: string | null): CallFact[] | null {
  if (isOfConference(form)) return [];
  const sid = form.get('CallSid');
  if (!sid) return null;
  const parent = ordered === null ? form.get('ParentCallSid') || null : null;
  const from = form.get('From') ?? '';
  const isIn = (form.get('Direction') ?? '').startsWith('inbound') || parent !== null;
  const told = facts({
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
  // A colleague's call out begins as one that comes in to our TwiML: whom it dials the list tells.
  return told !== null && isIn && isColleague(from) ? [] : told;
}

/**
 * The facts of a request in the light of the other calls: a colleague's leg that the API made is no call to anybody, and may be
 * the talk of a client's call that has no child. How such a call ended the list tells, which knows whom every call dialled.
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
  // A child is told as it is, whatever its parent.
  if (leg === null) return [...own, ...talks];
  if (changed.kind === 'client') return mayHaveTalked(changed, legs, now) ? talks : [...own, ...talks];
  // What was not told at the end of the client's call.
  return [...talks, ...endedClientsOf(changed, legs, now).flatMap(endOfClient)];
}

/** An incoming call that has ended, as its own request tells it. */
const endOfClient = ({ sid, direction, from, to, ended }: Leg): CallFact[] =>
  direction === 'out' || ended === null
    ? []
    : (facts({
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

const accountsOf = ({ accounts }: PhoneChannel): ReadonlySet<string> =>
  new Set([...accounts.values()].flat());

interface Told {
  readonly sid: string;
  readonly parent: string | null;
  readonly isIn: boolean;
  readonly from: string;
  /** Whose call out it is: a client is shown our number, and not the colleague's. */
  readonly by: string;
  readonly to: string;
  readonly status: string;
  readonly at: number | null;
  readonly talkSeconds: number;
  readonly isMachine: boolean;
}

function facts(told: Told): CallFact[] | null {
  const { sid, parent, isIn, from, by, to, status, at, talkSeconds, isMachine } = told;
  const isChild = parent !== null;
  const isChildOfIn = isIn && isChild;
  const employee = isIn ? (isChild ? nameOf(to) : null) : isMachine ? null : nameOf(by);
  const base = {
    call: parent ?? sid,
    leg: sid,
    direction: isIn ? 'in' : 'out',
    outside: isIn ? from : to,
    line: isChild ? null : isIn ? to : from,
    at,
  } as const;
  const isParentOfIn = isIn && !isChild;
  switch (status) {
    case 'queued':
    case 'initiated':
      return [];
    case 'ringing':
      return isChildOfIn ? [] : [{ ...base, phase: 'ringing', employee: isIn ? null : employee, isMachine }];
    case 'in-progress':
    case 'answered':
      return isParentOfIn
        ? [{ ...base, phase: 'ringing', employee: null }]
        : [{ ...base, phase: 'answered', employee, isMachine }];
    case 'completed':
      return isParentOfIn
        ? [{ ...base, phase: 'ended', employee: null, outcome: 'missed' }]
        : [{ ...base, phase: 'ended', employee, isMachine, outcome: 'answered', talkSeconds }];
    case 'busy':
    case 'no-answer':
    case 'canceled':
    case 'failed':
      if (isChildOfIn) return [];
      return [
        {
          ...base,
          phase: 'ended',
          employee: isIn ? null : employee,
          isMachine,
          outcome: isIn ? 'missed' : UNREACHED[status],
        },
      ];
    default:
      return null;
  }
}

const UNREACHED: Readonly<Record<'busy' | 'no-answer' | 'canceled' | 'failed', CallOutcome>> = {
  busy: 'busy',
  'no-answer': 'no_answer',
  canceled: 'no_answer',
  failed: 'failed',
};

const rowShape = z.looseObject({
  sid: text,
  parent_call_sid: text,
  from: text,
  to: text,
  status: text,
  direction: text,
  start_time: text,
  end_time: text,
  duration: text,
  answered_by: text,
});
type Row = z.output<typeof rowShape>;
const pageShape = z.object({ calls: rowsField, next_page_uri: z.string().nullish() });

const MOST_PAGES = 100;

const listOf =
  (channel: PhoneChannel): ListCalls =>
  async ({ from, to }, _context, signal, memory) => {
    const { account, secret, apiRoot } = channel;
    const root = apiRoot ?? 'https://api.twilio.com';
    const authorization = `Basic ${Buffer.from(`${account}:${secret?.reveal() ?? ''}`).toString('base64')}`;
    const pages: unknown[] = [];
    const since = new Date(from).toISOString().slice(0, 10);
    let next: string | null =
      `/2010-04-01/Accounts/${account}/Calls.json?StartTime%3E=${since}&PageSize=1000`;
    for (let page = 0; next; page++) {
      if (page === MOST_PAGES) throw new ProviderTrouble(TOO_MANY);
      const { data } = pageShape.safeParse(
        await callProviderJson({ provider: 'Twilio', url: root + next, headers: { authorization } }, signal),
      );
      if (!data)
        throw new ProviderTrouble({
          ru: 'Twilio не отдал список звонков',
          en: 'Twilio did not give its list of calls',
        });
      pages.push(...data.calls);
      next = data.next_page_uri ?? null;
    }
    const rows = readRows('Twilio', pages, rowShape, (row) => (isReadable(row) ? [row] : null));
    const known = new Map(rows.read.map((row) => [row.sid, row]));
    const dialling = new Set(rows.read.map((row) => row.parent_call_sid));
    const ours = accountsOf(channel);
    const calls = readCalls('Twilio', rows.read, rowShape, (row) => listed(row, known, dialling, ours));
    const legs = legsOf(rows.read, await recallLegs(channel, memory, to), ours, to);
    const early = new Set(legs.filter((leg) => mayTalk(leg, legs, to)).map(({ sid }) => sid));
    const told = calls.facts.filter(({ leg = '', phase }) => !(phase === 'ended' && early.has(leg)));
    return { facts: [...told, ...talksIn(legs, to, 'times', nameOf)], odd: [...rows.odd, ...calls.odd] };
  };

/** The legs that can be in a conference, with what was posted of them: of a call that goes on the list has not when it was picked up. */
function legsOf(
  rows: readonly Row[],
  posted: ReadonlyMap<string, Leg>,
  ours: ReadonlySet<string>,
  now: EpochMs,
): Leg[] {
  // Of what was posted long ago and is not listed the end was lost.
  const legs = new Map([...posted].filter(([, { began }]) => now - began <= HOUR));
  for (const leg of rows.flatMap((row) => legOfRow(row, rows, ours) ?? [])) {
    const before = posted.get(leg.sid);
    const joined = joinLegs(before, leg);
    legs.set(leg.sid, leg.ended === null && before?.picked ? { ...joined, picked: before.picked } : joined);
  }
  return [...legs.values()];
}

const TOO_MANY = {
  ru: 'в списке Twilio слишком много звонков за один раз',
  en: 'the list of Twilio has too many calls for one look',
};

/** https://www.twilio.com/docs/voice/api/call-resource#call-properties; a SIP trunk’s calls are told by their exchange. */
const WAYS = /^(inbound|outbound-(api|dial)|trunking-(originating|terminating))$/;

/** Whether it says which call it is, of whom, and when: one that waits to be dialled has no time yet. */
const isReadable = ({ sid, direction, start_time, end_time, status }: Row): boolean =>
  sid !== '' &&
  WAYS.test(direction) &&
  (dateTime(start_time) !== null ||
    dateTime(end_time) !== null ||
    /^(queued|initiated|canceled)$/.test(status));

const ORDERED = 'outbound-api';

/**
 * The client's number stands in the parent of a call in; a child's `from` may be our own. A call out that dials on has a
 * colleague on one leg: whom it called first, or a name that it dialled. One that dials nobody and is nobody's is a machine's.
 * The first leg of a call that we ordered rings at an account of ours, and its child is the client: a call of its own, as the
 * webhook tells it.
 */
function listed(
  row: Row,
  rows: ReadonlyMap<string, Row>,
  dialling: ReadonlySet<string>,
  ours: ReadonlySet<string>,
): CallFact[] | null {
  const parent = row.parent_call_sid || null;
  const root = parent === null ? row : rows.get(parent);
  // Without its parent nobody knows whether a client or a colleague was dialled.
  if (root === undefined) return null;
  const isOrdered = root.direction === ORDERED && ours.has(root.to);
  // A colleague's leg, of a call that was ordered or of a conference.
  if (parent === null && row.direction === ORDERED && isOurs(row.to, ours)) return [];
  const isOut = root.direction !== 'inbound' || isColleague(root.from);
  if (isOut && parent === null && (dialling.has(row.sid) || row.direction === 'inbound')) return [];
  const colleague = isColleague(row.to) ? row.to : isColleague(root.from) ? root.from : root.to;
  const from = isOut && parent !== null && !isOrdered ? colleague : root.from;
  const told = {
    sid: row.sid,
    parent: isOrdered ? null : parent,
    isIn: !isOut,
    from,
    by: isOrdered ? root.to : from,
    to: isOut && isColleague(row.to) ? root.to : row.to,
    talkSeconds: seconds(row.duration),
    isMachine: isMachine(row.answered_by) || (isOut && parent === null && !isColleague(row.from)),
  };
  const [start, end] = [dateTime(row.start_time), dateTime(row.end_time)];
  const began = start === null ? [] : (facts({ ...told, status: 'ringing', at: start }) ?? []);
  const over = end === null ? [] : facts({ ...told, status: row.status, at: end });
  return over && [...began, ...over];
}
