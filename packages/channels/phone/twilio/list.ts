import { type EpochMs, HOUR } from '@otklik/domain';
import { z } from 'zod';
import type { CallFact } from '../../provider/callFact.ts';
import { callProviderJson, ProviderTrouble } from '../../provider/callProvider.ts';
import { dateTime, seconds } from '../../provider/times.ts';
import type { PhoneChannel } from '../config.ts';
import type { ListCalls } from '../exchange.ts';
import { readCalls, readRows, rowsField, text } from '../readRows.ts';
import { isColleague, isMachine, isOurs, nameOf } from './address.ts';
import { accountsOf, factsOfLeg } from './call.ts';
import { joinLegs, type Leg, mayTalk, recallLegs, talksIn } from './conference.ts';
import { legOfRow } from './legs.ts';

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

export function listTwilioCalls(channel: PhoneChannel): ListCalls {
  return async ({ from, to }, _context, signal, memory) => {
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
}

/** Posted facts are joined: for a call in progress the list lacks the pick-up time. */
function legsOf(
  rows: readonly Row[],
  posted: ReadonlyMap<string, Leg>,
  ours: ReadonlySet<string>,
  now: EpochMs,
): Leg[] {
  // Posted long ago and not listed: its end was lost.
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

/** https://www.twilio.com/docs/voice/api/call-resource#call-properties; a SIP trunk's exchange tells its own calls. */
const WAYS = /^(inbound|outbound-(api|dial)|trunking-(originating|terminating))$/;

/** A queued call has no time yet. */
const isReadable = ({ sid, direction, start_time, end_time, status }: Row): boolean =>
  sid !== '' &&
  WAYS.test(direction) &&
  (dateTime(start_time) !== null ||
    dateTime(end_time) !== null ||
    /^(queued|initiated|canceled)$/.test(status));

const ORDERED = 'outbound-api';

/**
 * The client's number is in the parent of a call in; a child's `from` may be ours. A call out that dials on has a
 * colleague on one leg. One that dials nobody and is nobody's is a machine's. An ordered call first rings our
 * account; its child, the client, is a call of its own, as in the webhook.
 */
function listed(
  row: Row,
  rows: ReadonlyMap<string, Row>,
  dialling: ReadonlySet<string>,
  ours: ReadonlySet<string>,
): CallFact[] | null {
  const parent = row.parent_call_sid || null;
  const root = parent === null ? row : rows.get(parent);
  // Without the parent, client and colleague look the same.
  if (root === undefined) return null;
  const isOrdered = root.direction === ORDERED && ours.has(root.to);
  // A colleague's leg, of an ordered call or a conference.
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
  const began = start === null ? [] : (factsOfLeg({ ...told, status: 'ringing', at: start }) ?? []);
  const over = end === null ? [] : factsOfLeg({ ...told, status: row.status, at: end });
  return over && [...began, ...over];
}
