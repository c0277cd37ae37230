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

/** A call that goes on. */
interface Going {
  /** The name of the first channel. */
  readonly first: string;
  readonly isOriginated: boolean;
  readonly caller: string | undefined;
  /** What it dialled, as it is written. */
  readonly dialled: string | undefined;
  /** Of a call that we ordered, which has its name of us: who will be put through. */
  readonly ordered: Parties | null;
  /** null: one of us will dial, and nobody knows whom yet, or their own telephone still rings. */
  parties: Parties | null;
  /** False when a part of it was not seen. */
  isWatched: boolean;
  /** The channels that have been told of as having picked up. */
  readonly pickedUp: Set<string>;
  /** Who picked up first. */
  by: string | null;
  /** The channels that talk with the client now, by their ids. */
  readonly talking: Set<string>;
  talkingSince: EpochMs;
  talkedMs: number;
  /** How the last dial ended that nobody picked up. */
  dialStatus: string | null;
}

const MOST_CALLS = 10_000;

/**
 * The events of AMI to facts; `asteriskRows.ts` reads CEL, the table of the same events, by it. All channels of one call share a
 * Linkedid, which is the Uniqueid of the first: with it the call begins and ends. A person talks when another channel is
 * bridged with it: that the dial plan answers (a voice menu, a queue, voicemail) is no bridge, nor is a mobile telephone
 * that nobody confirms, nor the place where calls are parked.
 */
export class AsteriskCalls {
  readonly #going = new Map<string, Going>();
  readonly #tablesTell: boolean;
  /** Who is in which bridge: by its id, how each channel entered. */
  readonly #bridges = new Map<string, Map<string, AmiMessage>>();
  #listed: AmiMessage[] = [];
  #lostAt: EpochMs = 0;

  /** @param tablesTell whether the exchange's tables will say how a call ended of which a part was not seen. */
  constructor({ tablesTell }: { readonly tablesTell: boolean }) {
    this.#tablesTell = tablesTell;
  }

  /** What an event means; `now` where Asterisk puts no time on it (`timestampevents` off). */
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
      // After a reconnect: what goes on already.
      case 'CoreShowChannel':
        this.#listed.push(message);
        return [];
      case 'CoreShowChannelsComplete':
        return this.#resumes(now);
      default:
        return [];
    }
  }

  /** The connection has ended: from now on nobody knows. */
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
    // Down: a call of the exchange's own. What comes in rings.
    const isOriginated = isWatched && message.get('channelstate') === '0';
    const about = { ...callerOf(message), channel: first, isOriginated };
    const ordered = partiesOrdered(call, first);
    let parties = ordered ? 'undecided' : partiesOf(about);
    if (!isWatched && parties === 'undecided' && !ordered)
      parties = partiesOf({ ...about, dialled: message.get('connectedlinenum') });
    // Up: our own telephone was picked up.
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

  /** A call makes a channel: one to the outside shows that what was dialled behind a code is a number. */
  #makes(call: string, message: AmiMessage, at: EpochMs): CallFact[] {
    const going = this.#going.get(call);
    const caller = message.get('calleridnum');
    if (going?.parties !== null || !isTrunk(message.get('channel') ?? '', caller)) return [];
    going.parties = partiesBehindCode({ ...going, channel: going.first }, caller);
    return ringing(call, going, at);
  }

  /** One of us whose telephone rang first now dials. */
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

  /** Who waits in the bridge for the client (the colleague who takes a parked call) has the Linkedid of another call. */
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
    // Of a client's call whoever else is in it, a telephone or a mobile it was forwarded to. Of ours the client.
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

  /** By the first channel's own id: a call that was joined to an older one has the Linkedid of that one. */
  #hangsUp(message: AmiMessage, at: EpochMs): CallFact[] {
    const id = message.get('uniqueid') ?? '';
    const ending = this.#going.get(id);
    if (!ending) return this.#leaves(message, at);
    this.#going.delete(id);
    if (this.#tablesTell && !ending.isWatched) return [];
    return ended(id, ending, at, at, statusOf(ending.dialStatus, message.get('cause')));
  }

  /** All that goes on is listed: what does not, has ended unseen. */
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
      // Since when they talk nobody knows: an event of its own, so that the second of the tables is not lost behind it.
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

/** In the middle of a call a telephone of five digits shows the company's number: it looks like a trunk. */
const isUnsure = (first: string, parties: Parties | 'undecided'): boolean =>
  parties !== 'undecided' && parties.direction === 'in' && /^\d{5,6}$/.test(peerOf(first));

/** Whether a channel shares its bridge with another of its call: where agents wait and calls are parked each is alone. */
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

/** @param heardUntil until when it is known that they talked. */
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

/** Our own telephone was not picked up, so that the client’s never rang. */
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

/** As `cdr.disposition` has it; where nothing was dialled, by the cause (Q.850): 17 busy, 21 declined; 16, 18, 19 and 0 nobody picked up. */
function statusOf(dialStatus: string | null, cause: string | undefined): CallOutcome {
  if (dialStatus === 'BUSY') return 'busy';
  if (dialStatus === 'NOANSWER' || dialStatus === 'CANCEL') return 'no_answer';
  if (dialStatus !== null) return 'failed';
  if (cause === '17' || cause === '21') return 'busy';
  return ['0', '16', '18', '19', undefined].includes(cause) ? 'no_answer' : 'failed';
}
