import type { CallOutcome, EpochMs } from '@otklik/domain';
import type { CallFact } from '../../provider/callFact.ts';
import { isExtension } from '../../provider/phoneNumbers.ts';
import { AsteriskCalls, notDialled } from './calls.ts';
import {
  isLocal,
  isOurs,
  isTelephone,
  isTrunk,
  nameOfSpeaker,
  numberOf,
  type Parties,
  partiesBehindCode,
  partiesOf,
  partiesOrdered,
} from './names.ts';

/** One stretch of a call between two channels. Missing columns are empty. */
export interface CdrRow {
  readonly start: EpochMs;
  readonly channel: string;
  readonly dstchannel: string;
  readonly src: string;
  readonly cnum: string;
  readonly dst: string;
  readonly did: string;
  readonly dcontext: string;
  readonly lastapp: string;
  readonly disposition: string;
  readonly uniqueid: string;
  readonly linkedid: string;
  /** Seconds. */
  readonly duration: number;
  /** Seconds since anything answered, a person or the dial plan. */
  readonly billsec: number;
  readonly sequence: number;
}

/** One event of one channel. */
export interface CelRow {
  readonly eventtype: string;
  readonly at: EpochMs;
  readonly cid_num: string;
  readonly exten: string;
  readonly context: string;
  readonly channame: string;
  readonly appname: string;
  readonly uniqueid: string;
  readonly linkedid: string;
  /** JSON, since Asterisk 12. */
  readonly extra: string;
  /** Order of writing; null where the table has no such column. */
  readonly id: number | null;
}

/** null while the call goes on: rows are written at hang-up. */
export function factsOfRows(
  call: string,
  cdr: readonly CdrRow[],
  cel: readonly CelRow[],
): { readonly facts: readonly CallFact[]; readonly isExact: boolean } | null {
  const rows = cdr.toSorted((a, b) => a.start - b.start || a.sequence - b.sequence);
  const own = rows.filter(({ uniqueid }) => uniqueid === call);
  const facts = factsOfCel(call, cel, own, rows);
  if (facts) return { facts, isExact: true };
  return own.length === 0 ? null : { facts: factsOfCdr(call, own, rows), isExact: false };
}

/**
 * The order within one second, for tables without fractions or ids. A channel leaves one bridge before it enters
 * another.
 */
const ORDER = ['CHAN_START', 'PICKUP', 'ANSWER', 'BRIDGE_EXIT', 'BRIDGE_ENTER', 'HANGUP'];
const inOrder = (a: CelRow, b: CelRow): number =>
  a.at - b.at ||
  (a.id !== null && b.id !== null ? a.id - b.id : ORDER.indexOf(a.eventtype) - ORDER.indexOf(b.eventtype));
/** The events that we need, see docs/channels/phone/asterisk.md. */
export const CEL_EVENTS: readonly string[] = ORDER;

/**
 * CEL holds AMI's events, so the same code reads it. null: part of the call is missing.
 * https://docs.asterisk.org/Configuration/Reporting/Channel-Event-Logging-CEL/CEL-Specification
 */
function factsOfCel(
  call: string,
  cel: readonly CelRow[],
  own: readonly CdrRow[],
  cdr: readonly CdrRow[],
): CallFact[] | null {
  const rows = cel.filter(({ eventtype }) => CEL_EVENTS.includes(eventtype)).sort(inOrder);
  const ofFirst = rows.filter(({ uniqueid }) => uniqueid === call);
  const isWhole = ['CHAN_START', 'HANGUP'].every((type) =>
    ofFirst.some(({ eventtype }) => eventtype === type),
  );
  const has = (...types: string[]): boolean => rows.some(({ eventtype }) => types.includes(eventtype));
  const talks = talksIn(own, cdr);
  // Without logged bridges the telephone's answer stands in, if CDR has a talk.
  const byAnswers = talks.length > 0 && !has('BRIDGE_ENTER');
  const began = byAnswers ? 'ANSWER' : 'BRIDGE_ENTER';
  const grabs = grabsIn(call, rows);
  const isThere = (talk: Talk) =>
    grabs.some(({ channel }) => channel === talk.with) ||
    rows.some(({ eventtype, channame }) => eventtype === began && channame === talk.with);
  if (!isWhole || !talks.every(isThere)) return null;
  const calls = new AsteriskCalls({ tablesTell: false });
  // “(Outgoing Line)”: the exchange originated the channel.
  const isOriginated = ofFirst.some(({ appname }) => appname === 'AppDial2');
  const about = { byAnswers, dialled: dialledIn(own) || dialledLast(call, rows), grabs };
  return rows.flatMap((row) =>
    messagesOf(row, { isFirst: row.uniqueid === call, ...about }).flatMap((fields) =>
      calls.tell(new Map(Object.entries({ ...partsOf(row, isOriginated), ...fields })), row.at),
    ),
  );
}

/** A pick-up of a call that rang elsewhere (`*8`). */
interface Grab {
  readonly channel: string;
  readonly id: string;
}

/**
 * Whoever picked up from elsewhere keeps the old Linkedid: this call's rows show the client alone in the bridge.
 * https://docs.asterisk.org/Configuration/Reporting/Channel-Event-Logging-CEL/CEL-Specification
 */
function grabsIn(call: string, rows: readonly CelRow[]): Grab[] {
  const isSeen = (id: string): boolean =>
    rows.some(({ eventtype, uniqueid }) => eventtype === 'BRIDGE_ENTER' && uniqueid === id && id !== call);
  return rows.flatMap(({ eventtype, extra }) => {
    if (eventtype !== 'PICKUP') return [];
    const { pickup_channel: channel = '', pickup_channel_uniqueid: id = channel } = extraOf(extra);
    return channel === '' || isSeen(id) ? [] : [{ channel, id }];
  });
}

/** The number of the last channel to the outside: on a click the exchange may ring a colleague's mobile first. */
const dialledLast = (call: string, rows: readonly CelRow[]): string =>
  numberOf(
    rows.findLast(
      ({ eventtype, uniqueid, channame, cid_num }) =>
        eventtype === 'CHAN_START' &&
        uniqueid !== call &&
        isTrunk(channame, cid_num) &&
        /^\+?\d{7,}$/.test(numberOf(cid_num)),
    )?.cid_num,
  );

function messagesOf(
  { eventtype, extra }: CelRow,
  about: { isFirst: boolean; byAnswers: boolean; dialled: string; grabs: readonly Grab[] },
): Record<string, string>[] {
  const { isFirst, byAnswers, dialled, grabs } = about;
  const { bridge_id = '', bridge_technology = '', hangupcause = '', dialstatus = '' } = extraOf(extra);
  switch (eventtype) {
    case 'CHAN_START':
      return [{ event: 'Newchannel' }];
    case 'ANSWER':
      // Our telephone was picked up: now it calls the client.
      if (isFirst) return [{ event: 'Newexten', exten: dialled }];
      return byAnswers ? [{ event: 'BridgeEnter' }] : [];
    case 'BRIDGE_ENTER':
    case 'BRIDGE_EXIT': {
      const event = eventtype === 'BRIDGE_ENTER' ? 'BridgeEnter' : 'BridgeLeave';
      const told = { event, bridgeuniqueid: bridge_id, bridgetechnology: bridge_technology };
      const besides = isFirst ? grabs : [];
      return [
        told,
        ...besides.map(({ channel, id }) => ({ ...told, channel, uniqueid: id, calleridnum: '' })),
      ];
    }
    case 'PICKUP':
      return [];
    default: {
      const hangup = { event: 'Hangup', ...(hangupcause !== '' && { cause: hangupcause }) };
      return isFirst && dialstatus !== '' ? [{ event: 'DialEnd', dialstatus }, hangup] : [hangup];
    }
  }
}

const partsOf = (row: CelRow, isOriginated: boolean): Record<string, string> => ({
  uniqueid: row.uniqueid,
  linkedid: row.linkedid,
  channel: row.channame,
  calleridnum: row.cid_num,
  exten: row.exten,
  context: row.context,
  channelstate: isOriginated ? '0' : '4',
});

type Extra =
  | 'bridge_id'
  | 'bridge_technology'
  | 'hangupcause'
  | 'dialstatus'
  | 'pickup_channel'
  | 'pickup_channel_uniqueid';

/** `{"hangupcause":16,"dialstatus":"ANSWER"}`, `{"bridge_id":"…","bridge_technology":"simple_bridge"}`. */
function extraOf(text: string): Partial<Record<Extra, string>> {
  try {
    const parsed: unknown = JSON.parse(text);
    if (parsed === null || typeof parsed !== 'object') return {};
    return Object.fromEntries(Object.entries(parsed).map(([name, value]) => [name, String(value)]));
  } catch {
    return {};
  }
}

/**
 * Without CEL. After a voice menu the answer time is the menu's.
 * https://docs.asterisk.org/Asterisk_20_Documentation/API_Documentation/AMI_Events/Cdr
 */
function factsOfCdr(call: string, own: readonly CdrRow[], rows: readonly CdrRow[]): CallFact[] {
  const parties = partiesIn(own);
  if (parties === null) return [];
  const base = { call, direction: parties.direction, outside: parties.outside, line: parties.line };
  const rang = { ...base, phase: 'ringing', employee: parties.caller, at: own[0]?.start ?? 0 } as const;
  const talks = talksIn(own, rows);
  const over = Math.max(...own.map(endOf));
  if (partiesOrdered(call, '') && !own.some(isPickedUp)) return [notDialled(call, parties, over)];
  const ended = { ...base, phase: 'ended', at: over } as const;
  const [first] = talks;
  if (!first) {
    const outcome = parties.direction === 'in' ? 'missed' : unreachedIn(own);
    return [rang, { ...ended, employee: parties.caller, outcome }];
  }
  const nameOf = ({ with: channel }: Talk) =>
    parties.direction === 'out' ? parties.caller : nameOfSpeaker(channel, own[0]?.channel ?? '');
  return [
    rang,
    ...talks.map((talk) => ({
      ...base,
      phase: 'answered' as const,
      which: talk.with,
      employee: nameOf(talk),
      at: talk.since,
    })),
    {
      ...ended,
      employee: nameOf(first),
      outcome: 'answered',
      talkSeconds: talks.reduce((sum, { since, until }) => sum + Math.max(0, until - since), 0) / 1_000,
    },
  ];
}

function talksIn(own: readonly CdrRow[], rows: readonly CdrRow[]): Talk[] {
  const parties = partiesIn(own);
  return parties === null ? [] : own.flatMap((row) => talkOf(row, rows, parties, MOST_LINKS) ?? []);
}

/** Real calls pass through few internal links. */
const MOST_LINKS = 5;

interface Talk {
  /** The channel at the other end. */
  readonly with: string;
  readonly since: EpochMs;
  readonly until: EpochMs;
}

/**
 * null for a menu, queue music, voicemail or parking, which have no second channel. An internal link
 * (`Local/101@from-queue-1;1`) is followed to its other half (`…;2`), which has the pick-up time.
 */
function talkOf(row: CdrRow, rows: readonly CdrRow[], parties: Parties, links: number): Talk | null {
  const { dstchannel, disposition, billsec } = row;
  if (disposition !== 'ANSWERED' || billsec === 0 || dstchannel === '') return null;
  if (!isLocal(dstchannel)) {
    if (parties.direction === 'out' && isTelephone(dstchannel)) return null;
    return { with: dstchannel, since: endOf(row) - row.billsec * 1_000, until: endOf(row) };
  }
  if (links === 0) return null;
  const behind = dstchannel.replace(/;1$/, ';2');
  for (const next of rows) {
    const talk = next.channel === behind ? talkOf(next, rows, parties, links - 1) : null;
    if (talk) return { ...talk, until: endOf(row) };
  }
  return null;
}

const endOf = (row: CdrRow): EpochMs => row.start + row.duration * 1_000;

/** Later values may be `s` or `h` of the dial plan. */
const dialledIn = (own: readonly CdrRow[]): string =>
  own.map(({ dst }) => dst).find((dst) => numberOf(dst) !== '' && !isExtension(dst)) ?? '';

function partiesIn(own: readonly CdrRow[]): Parties | null {
  const [first] = own;
  if (!first) return null;
  const ordered = partiesOrdered(first.uniqueid, first.channel);
  if (ordered) return ordered;
  const did = own.map((row) => row.did).find((each) => each !== '') ?? '';
  const about = {
    channel: first.channel,
    caller: first.cnum || first.src,
    context: did === '' ? first.dcontext : 'ext-did',
    isOriginated: own.some(({ lastapp }) => lastapp === 'AppDial2'),
  };
  const dialled = dialledIn(own);
  const isDialled = isOurs({ ...about, dialled });
  const trunk = own.find(({ dstchannel }) => dstchannel !== '' && isTrunk(dstchannel, ''));
  const behindCode =
    isDialled && trunk ? partiesBehindCode({ ...about, dialled: dialled || first.dst }, '') : null;
  if (behindCode) return behindCode;
  const parties = partiesOf({
    ...about,
    dialled: isDialled ? dialled || first.dst : numberOf(did) || dialled,
  });
  return typeof parties === 'string' ? null : parties;
}

const isPickedUp = ({ dstchannel, billsec, disposition }: CdrRow): boolean =>
  dstchannel !== '' || billsec > 0 || disposition === 'ANSWERED';

function unreachedIn(own: readonly CdrRow[]): CallOutcome {
  const dialled = own.findLast(({ dstchannel }) => dstchannel !== '')?.disposition;
  if (dialled === 'BUSY') return 'busy';
  // CANCEL comes with `canceldispositionenabled` in cdr.conf.
  return dialled === 'NO ANSWER' || dialled === 'CANCEL' ? 'no_answer' : 'failed';
}
