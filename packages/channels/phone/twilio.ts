import { createHmac } from 'node:crypto';
import type { PhoneChannel } from '@otklik/config';
import type { CallOutcome } from '@otklik/domain';
import { z } from 'zod';
import { callProviderJson, ProviderTrouble } from '../provider/callProvider.ts';
import { readForm, sameSecret } from '../provider/hook.ts';
import { type CallFact, isExtension } from './callFact.ts';
import { dialByTwilio } from './dial/twilio.ts';
import { postForm } from './form.ts';
import { type Line, type LineContext, type ListCalls, type ReadCalls, seconds } from './line.ts';

type Form = ReadonlyMap<string, string>;

/**
 * Twilio Voice by status callbacks. `account` is the account's SID, `secret` its auth token.
 * https://www.twilio.com/docs/voice/api/call-resource#statuscallback, https://www.twilio.com/docs/usage/security
 */
export const twilio: Line = {
  name: 'Twilio',
  async read(channel, request, context): Promise<ReadCalls> {
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
      facts: facts ?? [],
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
      To: line === '' ? '' : `+${line}`,
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
 * missed, and whoever was dialled for it (its child) speaks for the call.
 */
/** `ordered`: by which of our accounts, of the client's leg of a call that we ordered. It is a call of its own then, out to the client. */
function factsOf(form: Form, ordered: string | null): CallFact[] | null {
  const sid = form.get('CallSid');
  if (!sid) return null;
  const parent = ordered === null ? form.get('ParentCallSid') || null : null;
  const at = timeOf(form.get('Timestamp'));
  return facts({
    sid,
    parent,
    isIn: (form.get('Direction') ?? '').startsWith('inbound') || parent !== null,
    from: ordered ?? form.get('From') ?? '',
    to: form.get('To') ?? '',
    status: form.get('CallStatus') ?? '',
    at,
    talkSeconds: seconds(form.get('CallDuration')),
  });
}

interface Told {
  readonly sid: string;
  readonly parent: string | null;
  readonly isIn: boolean;
  readonly from: string;
  readonly to: string;
  readonly status: string;
  readonly at: number | null;
  readonly talkSeconds: number;
}

function facts({ sid, parent, isIn, from, to, status, at, talkSeconds }: Told): CallFact[] | null {
  const isChild = parent !== null;
  const employee = isIn ? (isChild ? nameOf(to) : null) : nameOf(from);
  const base = {
    call: parent ?? sid,
    leg: sid,
    direction: isIn ? 'in' : 'out',
    outside: isIn ? from : to,
    line: isIn ? (isChild ? null : to) : from,
    at,
  } as const;
  const isParentOfIn = isIn && !isChild;
  switch (status) {
    case 'queued':
    case 'initiated':
      return [];
    case 'ringing':
      return [{ ...base, phase: 'ringing', employee: isIn ? null : employee }];
    case 'in-progress':
    case 'answered':
      return isParentOfIn
        ? [{ ...base, phase: 'ringing', employee: null }]
        : [{ ...base, phase: 'answered', employee }];
    case 'completed':
      return isParentOfIn
        ? [{ ...base, phase: 'ended', employee: null, outcome: 'missed' }]
        : [{ ...base, phase: 'ended', employee, outcome: 'answered', talkSeconds }];
    case 'busy':
    case 'no-answer':
    case 'canceled':
    case 'failed':
      return [
        {
          ...base,
          phase: 'ended',
          employee: isIn ? null : employee,
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

/** Who was dialled: a SIP name, a client of the SDK, or a colleague's own number. */
const nameOf = (address: string): string | null =>
  address.replace(/^(sip|client):/, '').replace(/@.*$/, '') || null;

function timeOf(text: string | undefined | null): number | null {
  const at = Date.parse(text ?? '');
  return Number.isNaN(at) ? null : at;
}

const rowShape = z.object({
  sid: z.string(),
  parent_call_sid: z.string().nullish(),
  from: z.string(),
  to: z.string(),
  status: z.string(),
  direction: z.string(),
  start_time: z.string().nullish(),
  end_time: z.string().nullish(),
  duration: z.string().nullish(),
});
const pageShape = z.object({ calls: z.array(rowShape), next_page_uri: z.string().nullish() });

const listOf =
  ({ account, secret, apiRoot, accounts }: PhoneChannel): ListCalls =>
  async ({ from }, _context, signal) => {
    const root = apiRoot ?? 'https://api.twilio.com';
    const authorization = `Basic ${Buffer.from(`${account}:${secret?.reveal() ?? ''}`).toString('base64')}`;
    const rows: z.output<typeof rowShape>[] = [];
    const since = new Date(from).toISOString().slice(0, 10);
    let next: string | null =
      `/2010-04-01/Accounts/${account}/Calls.json?StartTime%3E=${since}&PageSize=1000`;
    while (next !== null) {
      const { data } = pageShape.safeParse(
        await callProviderJson({ provider: 'Twilio', url: root + next, headers: { authorization } }, signal),
      );
      if (!data)
        throw new ProviderTrouble({
          ru: 'Twilio не отдал список звонков',
          en: 'Twilio did not give its list of calls',
        });
      rows.push(...data.calls);
      next = data.next_page_uri ?? null;
    }
    const parents = new Map(rows.map((row) => [row.sid, row]));
    const ours = new Set([...accounts.values()].flat());
    return (
      rows
        .filter((row) => !isExtension(row.from) || row.parent_call_sid)
        // The first leg of a call that we ordered rings at one of ours: it is no call to a client.
        .filter((row) => !(row.direction === ORDERED && ours.has(row.to)))
        .flatMap((row) => listed(row, parents))
    );
  };

const ORDERED = 'outbound-api';

/** The client's number stands in the parent; a child's `from` may be our own. The child of a call that we ordered is the client. */
function listed(
  row: z.output<typeof rowShape>,
  rows: ReadonlyMap<string, z.output<typeof rowShape>>,
): CallFact[] {
  const above = rows.get(row.parent_call_sid ?? '');
  const isOrdered = above?.direction === ORDERED;
  const parent = isOrdered ? null : (row.parent_call_sid ?? null);
  const [start, end] = [timeOf(row.start_time), timeOf(row.end_time)];
  const told = {
    sid: row.sid,
    parent,
    isIn: row.direction === 'inbound' || parent !== null,
    from: (isOrdered ? above.to : above?.from) ?? row.from,
    to: row.to,
    talkSeconds: seconds(row.duration),
  };
  const began = start === null ? [] : (facts({ ...told, status: 'ringing', at: start }) ?? []);
  return [...began, ...(end === null ? [] : (facts({ ...told, status: row.status, at: end }) ?? []))];
}
