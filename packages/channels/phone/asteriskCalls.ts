import type { CallOutcome, EpochMs } from '@otklik/domain';
import type { AmiMessage } from './ami.ts';
import { type CallFact, isExtension } from './callFact.ts';

/** A call that goes on: what its first channel told, and who has picked up. */
interface Going {
  readonly direction: 'in' | 'out';
  readonly outside: string;
  readonly line: string | null;
  readonly caller: string | null;
  readonly pickedUp: { readonly at: EpochMs; readonly by: string | null } | null;
}

const MOST_CALLS = 10_000;

/**
 * The events of AMI to facts. All channels of one call share a Linkedid, which is the Uniqueid of the first: with it the call
 * begins and ends. That the dial plan answers (a voice menu) is no DialEnd, so that only a person's telephone counts.
 */
export class AsteriskCalls {
  readonly #going = new Map<string, Going>();

  /** What an event means; `now` where Asterisk puts no time on it (`timestampevents` off). */
  tell(message: AmiMessage, now: EpochMs): CallFact[] {
    const at = timeOf(message) ?? now;
    switch (message.get('event')) {
      case 'Newchannel':
        return this.#begins(message, at);
      // After a reconnect: what goes on already.
      case 'CoreShowChannel':
        return this.#begins(message, now - lengthOf(message));
      case 'DialEnd':
        return this.#pickedUp(message, at);
      case 'Hangup':
        return this.#ends(message, at);
      default:
        return [];
    }
  }

  #begins(message: AmiMessage, at: EpochMs): CallFact[] {
    const call = message.get('linkedid') ?? '';
    const isFirst = call !== '' && message.get('uniqueid') === call;
    if (!isFirst || this.#going.has(call)) return [];
    const [caller, dialled] = [numberOf(message.get('calleridnum')), numberOf(message.get('exten'))];
    const isOut = isExtension(caller);
    if (isOut && (dialled === '' || isExtension(dialled))) return [];
    const going: Going = isOut
      ? { direction: 'out', outside: dialled, line: null, caller, pickedUp: null }
      : { direction: 'in', outside: caller, line: dialled || null, caller: null, pickedUp: null };
    this.#going.set(call, going);
    for (const oldest of this.#going.keys()) {
      if (this.#going.size <= MOST_CALLS) break;
      this.#going.delete(oldest);
    }
    return [{ ...factOf(call, going), phase: 'ringing', employee: going.caller, at }];
  }

  #pickedUp(message: AmiMessage, at: EpochMs): CallFact[] {
    const call = message.get('destlinkedid') ?? message.get('linkedid') ?? '';
    const going = this.#going.get(call);
    if (!going || message.get('dialstatus') !== 'ANSWER') return [];
    const by = going.direction === 'out' ? going.caller : telephoneOf(message);
    if (going.pickedUp === null) this.#going.set(call, { ...going, pickedUp: { at, by } });
    return [
      {
        ...factOf(call, going),
        phase: 'answered',
        which: message.get('destuniqueid') ?? '',
        employee: by,
        at,
      },
    ];
  }

  #ends(message: AmiMessage, at: EpochMs): CallFact[] {
    const call = message.get('linkedid') ?? '';
    const going = this.#going.get(call);
    if (!going || message.get('uniqueid') !== call) return [];
    this.#going.delete(call);
    const { pickedUp, direction, caller } = going;
    const base = { ...factOf(call, going), phase: 'ended', at } as const;
    if (pickedUp)
      return [
        {
          ...base,
          employee: pickedUp.by,
          outcome: 'answered',
          talkSeconds: Math.max(0, at - pickedUp.at) / 1_000,
        },
      ];
    const outcome = direction === 'in' ? 'missed' : unreached(message.get('cause'));
    return [{ ...base, employee: caller, outcome }];
  }
}

const factOf = (call: string, { direction, outside, line }: Going) => ({ call, direction, outside, line });

/** Asterisk writes `<unknown>` for a hidden number. */
const numberOf = (text: string | undefined): string => (text === undefined || /[<>]/.test(text) ? '' : text);

/** `PJSIP/101-00000012` and `Local/101@from-queue-0;1` are the telephone 101. */
function telephoneOf(message: AmiMessage): string | null {
  const channel = /^[A-Za-z]+\/([^@;-]+)/.exec(message.get('destchannel') ?? '')?.[1];
  const number = numberOf(message.get('destcalleridnum'));
  return channel ?? (number === '' ? null : number);
}

function timeOf(message: AmiMessage): EpochMs | null {
  const seconds = Number(message.get('timestamp') ?? Number.NaN);
  return Number.isFinite(seconds) ? Math.round(seconds * 1_000) : null;
}

function lengthOf(message: AmiMessage): number {
  const [hours = 0, minutes = 0, seconds = 0] = (message.get('duration') ?? '').split(':').map(Number);
  const length = (hours * 3_600 + minutes * 60 + seconds) * 1_000;
  return Number.isFinite(length) ? length : 0;
}

/** Causes of Q.850: 17 busy, 21 declined; 16, 18, 19 and 0 nobody picked up. */
function unreached(cause: string | undefined): CallOutcome {
  if (cause === '17' || cause === '21') return 'busy';
  return ['0', '16', '18', '19', undefined].includes(cause) ? 'no_answer' : 'failed';
}
