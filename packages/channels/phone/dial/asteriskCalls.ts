import type { CallOutcome, EpochMs } from '@otklik/domain';
import { type AmiMessage, amiTime } from '../ami.ts';
import type { CallFact } from '../callFact.ts';

interface Named {
  readonly id: string;
  readonly extension: string;
  /** The client's number, E.164. */
  readonly to: string;
}

/**
 * The Uniqueid that we give to the first channel of a call that we order, and so the Linkedid of all: it says whom the call
 * is for and whose telephone rings, which no event of such a call says.
 */
export const nameDialled = ({ id, extension, to }: Named): string =>
  `otklik.${id}.${to.replace('+', '')}.${extension}`;

function dialledNamed(name: string): Named | null {
  const [, id, digits, extension] = /^otklik\.([\w-]+)\.(\d+)\.(.+)$/.exec(name) ?? [];
  return id !== undefined && digits !== undefined && extension !== undefined
    ? { id, extension, to: `+${digits}` }
    : null;
}

/** What has been seen of a call that goes on. */
interface Going {
  readonly ownPickedUp: boolean;
  readonly clientPickedUpAt: EpochMs | null;
  /** The DialStatus of the last telephone that was dialled for the client and did not pick up. */
  readonly unreached: string | null;
}

const MOST_CALLS = 1_000;

/** The events of calls that we ordered by `Originate`: first the colleague's own telephone rings, then the client's. */
export class DialledByAsterisk {
  readonly #going = new Map<string, Going>();

  /** null for an event of any other call. */
  tell(message: AmiMessage, now: EpochMs): CallFact[] | null {
    const call = message.get('destlinkedid') ?? message.get('linkedid') ?? '';
    const named = dialledNamed(call);
    if (named === null) return null;
    const at = amiTime(message) ?? now;
    const fact = {
      call,
      direction: 'out',
      outside: named.to,
      line: null,
      employee: named.extension,
      at,
    } as const;
    switch (message.get('event')) {
      case 'Newchannel':
        if (message.get('uniqueid') === call) this.#keep(call, BEGUN);
        return [];
      case 'DialEnd':
        return this.#dialEnded(message, fact);
      case 'Hangup':
        return message.get('uniqueid') === call ? this.#ends(fact) : [];
      default:
        return [];
    }
  }

  #keep(call: string, going: Going): void {
    this.#going.set(call, going);
    for (const oldest of this.#going.keys()) {
      if (this.#going.size <= MOST_CALLS) break;
      this.#going.delete(oldest);
    }
  }

  /** Of the first channel it is the colleague's pick-up. A Local channel is a detour inside the dial plan and nobody's telephone. */
  #dialEnded(message: AmiMessage, fact: Fact): CallFact[] {
    const going = this.#going.get(fact.call);
    const status = message.get('dialstatus') ?? '';
    const telephone = message.get('destuniqueid') ?? '';
    if (!going || /^Local\//i.test(message.get('destchannel') ?? '')) return [];
    if (telephone === fact.call) {
      if (status !== 'ANSWER') return [];
      this.#keep(fact.call, { ...going, ownPickedUp: true });
      return [{ ...fact, phase: 'ringing' }];
    }
    if (status !== 'ANSWER') {
      this.#keep(fact.call, { ...going, unreached: status });
      return [];
    }
    this.#keep(fact.call, { ...going, clientPickedUpAt: going.clientPickedUpAt ?? fact.at });
    return [{ ...fact, phase: 'answered', which: telephone }];
  }

  #ends(fact: Fact): CallFact[] {
    const going = this.#going.get(fact.call);
    // What began while nobody was connected: nobody can say who talked.
    if (!going) return [];
    this.#going.delete(fact.call);
    const ended = { ...fact, phase: 'ended' } as const;
    if (going.clientPickedUpAt !== null)
      return [
        {
          ...ended,
          outcome: 'answered',
          talkSeconds: Math.max(0, fact.at - going.clientPickedUpAt) / 1_000,
        },
      ];
    return [{ ...ended, outcome: going.ownPickedUp ? outcomeOf(going.unreached) : 'not_dialled' }];
  }
}

type Fact = Omit<CallFact, 'phase'> & { readonly at: EpochMs };

const BEGUN: Going = { ownPickedUp: false, clientPickedUpAt: null, unreached: null };

/** null: the colleague hung up while it rang, or before. */
function outcomeOf(status: string | null): CallOutcome {
  switch (status) {
    case 'BUSY':
      return 'busy';
    case 'NOANSWER':
    case 'CANCEL':
      return 'no_answer';
    default:
      return 'failed';
  }
}
