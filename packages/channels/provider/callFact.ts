import type { CallOutcome, EpochMs, Event, Side, Subject } from '@otklik/domain';
import { bareAddress, toE164 } from './phoneNumbers.ts';
import { storableName } from './storable.ts';

/**
 * One thing that an exchange tells of a call, in our words. A call is told by a set of such facts, in any order and with
 * any of them missing: what they mean together is the fold's business (law 2).
 */
export interface CallFact {
  /** The provider's id that lives through transfers. */
  readonly call: string;
  /** See `Call.leg`: only where the provider tells of each telephone and of the whole nothing. */
  readonly leg?: string;
  /** Tells two facts of one phase apart: a second telephone that rings. Empty where there can be but one. */
  readonly which?: string;
  readonly direction: 'in' | 'out';
  /** The outside number as the provider writes it; empty when it is hidden. */
  readonly outside: string;
  /** Our number that was dialled or dialled from, as the provider writes it. */
  readonly line: string | null;
  readonly phase: 'ringing' | 'answered' | 'ended';
  /** The extension or name of the colleague; null where nobody is named. */
  readonly employee: string | null;
  /** A voice menu, a queue's greeting, an answering machine. */
  readonly isMachine?: boolean;
  /** null: the provider gives no time, so that our receipt's counts. */
  readonly at: EpochMs | null;
  readonly outcome?: CallOutcome;
  readonly talkSeconds?: number;
  /** See `Call.passedOn`. */
  readonly passedOn?: true;
  /** See `Call.numberTyped`. */
  readonly numberTyped?: true;
  readonly subject?: Subject | null;
}

/** A fact as the event of a channel. `at` is capped by our receipt (law 5). */
export function callEvent(
  fact: CallFact,
  channel: { readonly id: string; readonly country: string },
  receivedAt: EpochMs,
): Event {
  const phone = toE164(fact.outside, channel.country);
  // A hidden number is a client of its own each time: nobody knows whether it is the same one.
  const thread =
    phone ?? (/[1-9]/.test(bareAddress(fact.outside)) ? fact.outside.trim() : `hidden:${fact.call}`);
  const side = sideOf(fact);
  const isClient = side === 'client';
  return {
    kind: 'call',
    ...(fact.subject && { subject: fact.subject }),
    channel: channel.id,
    id: storableName([fact.call, fact.phase, fact.leg, fact.which].filter(Boolean).join('/')),
    thread: storableName(thread),
    side,
    author: isClient
      ? {
          id: phone ?? null,
          name: null,
          phone: fact.numberTyped ? null : phone,
          email: null,
          ...(fact.numberTyped && { typed: { phone, email: null } }),
        }
      : {
          id: fact.employee === null ? null : storableName(fact.employee),
          name: null,
          phone: null,
          email: null,
        },
    at: Math.min(fact.at ?? receivedAt, receivedAt),
    atSource: fact.at === null ? 'arrival' : 'provider',
    receivedAt,
    seq: null,
    call: {
      id: storableName(fact.call),
      ...(fact.leg !== undefined && { leg: storableName(fact.leg) }),
      ...(fact.passedOn && { passedOn: true as const }),
      ...(fact.numberTyped && { numberTyped: true as const }),
      direction: fact.direction,
      phase: fact.phase,
      outcome: fact.outcome ?? null,
      talkSeconds: Math.max(0, fact.talkSeconds ?? 0),
    },
    text: null,
    link: phone === null ? null : `tel:${phone}`,
  };
}

/** Who did it: a machine, a colleague, or whoever the exchange does not name; a client's own ringing and hanging up is theirs. */
function sideOf({ isMachine, employee, direction, phase, outcome }: CallFact): Side {
  if (isMachine) return 'bot';
  if (employee !== null) return 'employee';
  const isTalk = phase === 'answered' || (phase === 'ended' && outcome === 'answered');
  return direction === 'in' && !isTalk ? 'client' : 'unknown';
}
