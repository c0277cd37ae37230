import type { CallOutcome, EpochMs } from '@otklik/domain';
import type { CallFact } from '../../provider/callFact.ts';
import { type AmiMessage, amiTime } from './ami.ts';
import {
  isLocal,
  isTelephone,
  isTrunk,
  nameOfSpeaker,
  numberOf,
  type Parties,
  partiesBehindCode,
  partiesOf,
  partiesOrdered,
  peerOf,
} from './names.ts';

/** A call in progress. */
interface Going {
  readonly first: string;
  readonly isOriginated: boolean;
  readonly caller: string | undefined;
  /** As written. */
  readonly dialled: string | undefined;
  /** Set for a call that we ordered. */
  readonly ordered: Parties | null;
  /** null: one of us will dial, or their own telephone still rings. */
  parties: Parties | null;
  /** False when part of the call was not seen. */
  isWatched: boolean;
  readonly pickedUp: Set<string>;
  /** Who picked up first. */
  by: string | null;
  /** Ids of the channels that talk with the client now. */
  readonly talking: Set<string>;
  talkingSince: EpochMs;
  talkedMs: number;
  /** The result of the last unanswered dial. */
  dialStatus: string | null;
}

const MOST_CALLS = 10_000;

/**
 * Turns AMI events into facts; CEL rows, the same events in a table, come through here too. All channels of a call
 * share a Linkedid, the Uniqueid of the first one. A person talks when another channel is bridged with it. An answer
 * by the dial plan, a mobile that does not confirm and parking are no talk.
 */
export class AsteriskCalls {
  readonly #going = new Map<string, Going>();
  readonly #tablesTell: boolean;
  /** Bridge id to the BridgeEnter of each channel in it. */
  readonly #bridges = new Map<string, Map<string, AmiMessage>>();
  #listed: AmiMessage[] = [];
  #lostAt: EpochMs = 0;

  /** @param tablesTell tables will tell the end of a call that was only partly seen. */
  constructor({ tablesTell }: { readonly tablesTell: boolean }) {
    this.#tablesTell = tablesTell;
  }

  /** @param now used where Asterisk sends no time (`timestampevents` off). */
  tell(message: AmiMessage, now: EpochMs): CallFact[] {
    const at = amiTime(message) ?? now;
    switch (message.get('event')) {
      case 'Newchannel':
        return this.#begins(message, at, true);
      case 'Newexten':
        return this.#dials(message, at);
      case 'DialEnd':
        return this.#dialled(message);
      case 'BridgeEnter':
        return this.#enters(message, at);
      case 'BridgeLeave':
        return this.#leaves(message, at);
      case 'Hangup':
        return this.#hangsUp(message, at);
      // After a reconnect: calls in progress.
      case 'CoreShowChannel':
        this.#listed.push(message);
        return [];
      case 'CoreShowChannelsComplete':
        return this.#resumes(now);
      default:
        return [];
    }
  }

  lost(at: EpochMs): void {
    this.#lostAt = at;
    this.#listed = [];
    this.#bridges.clear();
    for (const going of this.#going.values()) going.isWatched = false;
  }

  #begins(message: AmiMessage, at: EpochMs, isWatched: boolean): CallFact[] {
    const call = message.get('linkedid') ?? '';
    const isFirst = call !== '' && message.get('uniqueid') === call;
    if (!isFirst) return this.#makes(call, message, at);
    if (this.#going.has(call)) return [];
    const first = message.get('channel') ?? '';
    // State 0 (Down): the exchange originated it. An incoming channel starts as Ringing.
    const isOriginated = isWatched && message.get('channelstate') === '0';
    const about = { ...callerOf(message), channel: first, isOriginated };
    const ordered = partiesOrdered(call, first);
    let parties = ordered ? 'undecided' : partiesOf(about);
    if (!isWatched && parties === 'undecided' && !ordered)
      parties = partiesOf({ ...about, dialled: message.get('connectedlinenum') });
    // State 6 (Up): our own telephone was picked up.
    if (!isWatched && ordered && message.get('channelstate') === '6') parties = ordered;
    if (parties === 'inside' || (!isWatched && isUnsure(first, parties))) return [];
    const going: Going = {
      first,
      isOriginated,
      caller: about.caller,
      dialled: about.dialled,
      ordered,
      parties: parties === 'undecided' ? null : parties,
      isWatched,
      pickedUp: new Set(),
      by: null,
      talking: new Set(),
      talkingSince: at,
      talkedMs: 0,
      dialStatus: null,
    };
    this.#going.set(call, going);
    for (const oldest of this.#going.keys()) {
      if (this.#going.size <= MOST_CALLS) break;
      this.#going.delete(oldest);
    }
    return ringing(call, going, at);
  }

  /** A channel to the outside shows that the digits behind a code were a number. */
  #makes(call: string, message: AmiMessage, at: EpochMs): CallFact[] {
    const going = this.#going.get(call);
    const caller = message.get('calleridnum');
    if (going?.parties !== null || !isTrunk(message.get('channel') ?? '', caller)) return [];
    going.parties = partiesBehindCode({ ...going, channel: going.first }, caller);
    return ringing(call, going, at);
  }

  /** Our telephone was picked up and now dials. */
  #dials(message: AmiMessage, at: EpochMs): CallFact[] {
    const call = message.get('uniqueid') ?? '';
    const going = this.#going.get(call);
    if (!going || going.parties !== null) return [];
    const { first, isOriginated, ordered } = going;
    const parties = ordered ?? partiesOf({ ...callerOf(message), channel: first, isOriginated });
    if (parties === 'undecided' || parties === 'inside') return [];
    if (parties.direction === 'in') return [];
    going.parties = parties;
    return ringing(call, going, at);
  }

  #dialled(message: AmiMessage): CallFact[] {
    const going = this.#going.get(message.get('linkedid') ?? message.get('destlinkedid') ?? '');
    const status = message.get('dialstatus') ?? '';
    if (going && status !== 'ANSWER') going.dialStatus = status;
    return [];
  }

  /** A colleague who takes a parked call has the Linkedid of another call. */
  #enters(message: AmiMessage, at: EpochMs): CallFact[] {
    const [id, bridge] = [message.get('uniqueid') ?? '', message.get('bridgeuniqueid') ?? ''];
    const others = this.#bridges.get(bridge) ?? new Map<string, AmiMessage>();
    const met = this.#going.has(id)
      ? [...others.values()].flatMap((other) => this.#talks(id, other, at))
      : [];
    this.#bridges.set(bridge, others.set(id, message));
    return [...met, ...this.#talks(message.get('linkedid') ?? '', message, at)];
  }

  #talks(call: string, message: AmiMessage, at: EpochMs, suffix = ''): CallFact[] {
    const going = this.#going.get(call);
    const [channel, id] = [message.get('channel') ?? '', message.get('uniqueid') ?? ''];
    if (!going?.parties || id === call || isLocal(channel)) return [];
    // In a client's call anyone else counts, whether on a telephone or a mobile. In ours only the client does.
    if (going.parties.direction === 'out' && isTelephone(channel, numberOf(message.get('calleridnum'))))
      return [];
    if (message.get('bridgetechnology') === 'holding_bridge') return [];
    if (going.talking.size === 0) going.talkingSince = at;
    going.talking.add(id);
    if (going.pickedUp.has(channel)) return [];
    const by = going.parties.direction === 'out' ? going.parties.caller : nameOfSpeaker(channel, going.first);
    if (going.pickedUp.size === 0) going.by = by;
    going.pickedUp.add(channel);
    return [
      { ...factOf(call, going.parties), phase: 'answered', which: `${channel}${suffix}`, employee: by, at },
    ];
  }

  #leaves(message: AmiMessage, at: EpochMs): CallFact[] {
    const [id, bridge] = [message.get('uniqueid') ?? '', message.get('bridgeuniqueid') ?? ''];
    const others = this.#bridges.get(bridge);
    others?.delete(id);
    if (others?.size === 0) this.#bridges.delete(bridge);
    const going = this.#going.get(message.get('linkedid') ?? '');
    if (going) silence(going, id, at);
    return [];
  }

  /** Looks up the first channel's id: a call joined to an older one has the older one's Linkedid. */
  #hangsUp(message: AmiMessage, at: EpochMs): CallFact[] {
    const id = message.get('uniqueid') ?? '';
    const ending = this.#going.get(id);
    if (!ending) return this.#leaves(message, at);
    this.#going.delete(id);
    if (this.#tablesTell && !ending.isWatched) return [];
    return ended(id, ending, at, at, statusOf(ending.dialStatus, message.get('cause')));
  }

  /** Asterisk lists every call in progress: one that is missing ended unseen. */
  #resumes(now: EpochMs): CallFact[] {
    const listed = this.#listed;
    this.#listed = [];
    const begun = listed.flatMap((message) => this.#begins(message, now - lengthOf(message), false));
    const alive = new Set(listed.map((message) => message.get('uniqueid')));
    const together = listed.filter((message) => isTogether(message, listed));
    const unwatched = [...this.#going].filter(([, { isWatched }]) => !isWatched);
    for (const [, going] of unwatched)
      for (const id of [...going.talking])
        if (!together.some((message) => message.get('uniqueid') === id)) silence(going, id, this.#lostAt);
    const talks = together.flatMap((message) => {
      const call = message.get('linkedid') ?? '';
      // When the talk began is unknown: a separate event leaves room for the exact time of the tables.
      return this.#going.get(call)?.isWatched === false ? this.#talks(call, message, now, '/seen') : [];
    });
    const gone = unwatched.filter(([call]) => !alive.has(call));
    const ends = gone.flatMap(([call, going]) => {
      this.#going.delete(call);
      return this.#tablesTell ? [] : ended(call, going, this.#lostAt, now, 'failed');
    });
    return [...begun, ...talks, ...ends];
  }
}

const callerOf = (message: AmiMessage) => ({
  caller: message.get('calleridnum'),
  dialled: message.get('exten'),
  context: message.get('context'),
});

/** In mid-call a five-digit telephone may show the company's number and look like a trunk. */
const isUnsure = (first: string, parties: Parties | 'undecided'): boolean =>
  parties !== 'undecided' && parties.direction === 'in' && /^\d{5,6}$/.test(peerOf(first));

/** Parked calls and waiting agents are alone in their bridge. */
const isTogether = (message: AmiMessage, listed: readonly AmiMessage[]): boolean =>
  (message.get('bridgeid') ?? '') !== '' &&
  listed.some(
    (other) =>
      other !== message &&
      other.get('bridgeid') === message.get('bridgeid') &&
      other.get('linkedid') === message.get('linkedid'),
  );

const factOf = (call: string, { direction, outside, line }: Parties) => ({ call, direction, outside, line });

function ringing(call: string, { parties }: Going, at: EpochMs): CallFact[] {
  return parties ? [{ ...factOf(call, parties), phase: 'ringing', employee: parties.caller, at }] : [];
}

function silence(going: Going, id: string, at: EpochMs): void {
  if (going.talking.delete(id) && going.talking.size === 0)
    going.talkedMs += Math.max(0, at - going.talkingSince);
}

/** @param heardUntil the last moment at which they talked for certain. */
function ended(
  call: string,
  going: Going,
  heardUntil: EpochMs,
  at: EpochMs,
  unreached: CallOutcome,
): CallFact[] {
  const { parties, ordered } = going;
  if (!parties) return ordered && going.isWatched ? [notDialled(call, ordered, at)] : [];
  for (const id of [...going.talking]) silence(going, id, heardUntil);
  const base = { ...factOf(call, parties), phase: 'ended', at } as const;
  if (going.pickedUp.size > 0)
    return [{ ...base, employee: going.by, outcome: 'answered', talkSeconds: going.talkedMs / 1_000 }];
  const outcome = parties.direction === 'in' ? 'missed' : unreached;
  return [{ ...base, employee: parties.caller, outcome }];
}

/** Our own telephone was not picked up, so the client's never rang. */
export const notDialled = (call: string, ordered: Parties, at: EpochMs): CallFact => ({
  ...factOf(call, ordered),
  phase: 'ended',
  employee: ordered.caller,
  at,
  outcome: 'not_dialled',
});

function lengthOf(message: AmiMessage): number {
  const [hours = 0, minutes = 0, seconds = 0] = (message.get('duration') ?? '').split(':').map(Number);
  const length = (hours * 3_600 + minutes * 60 + seconds) * 1_000;
  return Number.isFinite(length) ? length : 0;
}

/**
 * Decides by `cdr.disposition`; if nothing was dialled, by cause (Q.850): 17 busy, 21 declined; 16, 18, 19 and 0 no
 * answer.
 */
function statusOf(dialStatus: string | null, cause: string | undefined): CallOutcome {
  if (dialStatus === 'BUSY') return 'busy';
  if (dialStatus === 'NOANSWER' || dialStatus === 'CANCEL') return 'no_answer';
  if (dialStatus !== null) return 'failed';
  if (cause === '17' || cause === '21') return 'busy';
  return ['0', '16', '18', '19', undefined].includes(cause) ? 'no_answer' : 'failed';
}
