import type { CallOutcome, EpochMs, Event, Side, Subject } from '@otklik/domain';
import { bareAddress, toE164 } from './phoneNumbers.ts';
import { storableName } from './storable.ts';

/**
 * One thing that an exchange tells of a call. Facts may come in any order, or be missing: the fold decides what they
 * mean together (law 2).
 */
export interface CallFact {
  /** The provider's id that survives transfers. */
  readonly call: string;
  /** See `Call.leg`: only where the provider tells of each telephone but not of the whole call. */
  readonly leg?: string;
  /** Tells apart facts of one phase, such as a second ringing telephone. */
  readonly which?: string;
  readonly direction: 'in' | 'out';
  /** As the provider writes it; empty when hidden. */
  readonly outside: string;
  /** Our number, as the provider writes it. */
  readonly line: string | null;
  readonly phase: 'ringing' | 'answered' | 'ended';
  /** Extension or name; null: not named. */
  readonly employee: string | null;
  /** A voice menu, a greeting, an answering machine. */
  readonly isMachine?: boolean;
  /** null: no provider time, so our receipt counts. */
  readonly at: EpochMs | null;
  readonly outcome?: CallOutcome;
  readonly talkSeconds?: number;
  /** See `Call.passedOn`. */
  readonly passedOn?: true;
  /** See `Call.numberTyped`. */
  readonly numberTyped?: true;
  readonly subject?: Subject | null;
}

/** The end of a call, where the exchange tells how long the talk was. `unreached`: why a call of ours was not picked up. */
export function endedFact(
  base: Omit<CallFact, 'phase' | 'employee'>,
  employee: string | null,
  talkSeconds: number,
  unreached: () => CallOutcome,
): CallFact {
  const isOut = base.direction === 'out';
  if (talkSeconds > 0) {
    const isMachine = !isOut && employee === null;
    return { ...base, phase: 'ended', employee, isMachine, outcome: 'answered', talkSeconds };
  }
  return {
    ...base,
    phase: 'ended',
    employee: isOut ? employee : null,
    outcome: isOut ? unreached() : 'missed',
  };
}

/** `at` is capped by our receipt (law 5). */
export function callEvent(
  fact: CallFact,
  channel: { readonly id: string; readonly country: string },
  receivedAt: EpochMs,
): Event {
  const phone = toE164(fact.outside, channel.country);
  // Nobody knows whether two hidden callers are the same person.
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

/** In an incoming call ringing and hanging up are the client's. */
function sideOf({ isMachine, employee, direction, phase, outcome }: CallFact): Side {
  if (isMachine) return 'bot';
  if (employee !== null) return 'employee';
  const isTalk = phase === 'answered' || (phase === 'ended' && outcome === 'answered');
  return direction === 'in' && !isTalk ? 'client' : 'unknown';
}
