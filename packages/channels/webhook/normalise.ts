import {
  type Author,
  type EpochMs,
  type Event,
  type HandleKind,
  keepText,
  type Policy,
  type Privacy,
  subjectOf,
  wordingOf,
} from '@otklik/domain';
import type { HookEvent } from './body.ts';
import type { WebhookChannel } from './config.ts';

/** `at` is capped by our receipt: a fast clock gains no time (law 5). */
export function normalise(
  event: HookEvent,
  channel: Pick<WebhookChannel, 'id' | 'attests'> & { readonly policy: Pick<Policy, 'formalReplies'> },
  receivedAt: EpochMs,
  privacy: Privacy,
): Event {
  const base = {
    channel: channel.id,
    id: event.id,
    thread: event.thread,
    side: event.from.side,
    author: {
      id: event.from.id ?? null,
      name: event.from.name || null,
      ...saidBy(event, channel.attests),
    },
    at: Math.min(Date.parse(event.at), receivedAt),
    atSource: 'provider' as const,
    receivedAt,
    seq: event.seq ?? null,
  };
  const link = event.link ?? null;
  const about = 'subject' in event ? subjectOf(event.subject, { privacy: privacy.text }) : null;
  const subject = about && { subject: about };
  switch (event.kind) {
    case 'message':
    case 'comment':
      return {
        ...base,
        kind: event.kind,
        ...subject,
        text: keepText(event.text ?? null, privacy.text),
        // Absent `text` says nothing about words.
        wording: wordingOf(event.text ?? null, {
          formalReplies: channel.policy.formalReplies,
          attached: false,
        }),
        link,
      };
    case 'call':
      return {
        ...base,
        kind: 'call',
        ...subject,
        call: {
          id: callId(event.id),
          direction: event.call.direction,
          phase: event.call.phase,
          outcome: event.call.outcome ?? null,
          talkSeconds: event.call.talk_seconds ?? 0,
        },
        text: null,
        link,
      };
    case 'closing':
    case 'reaction':
      return { ...base, kind: event.kind };
    case 'deletion':
      return { ...base, kind: 'deletion', of: event.of };
  }
}

/** `c-9/ringing` is a phase of call `c-9`. */
const callId = (id: string): string => id.replace(/\/(ringing|answered|ended)$/, '');

/**
 * A colleague is whom the signed body names. A client's number or address counts if attested or of a call; otherwise
 * it is typed.
 */
function saidBy(
  { kind, from }: HookEvent,
  attests: readonly HandleKind[],
): Pick<Author, 'phone' | 'email' | 'typed'> {
  const [phone, email] = [from.phone ?? null, from.email ?? null];
  if (from.side !== 'client') return { phone, email };
  const isPhoneProven = kind === 'call' || attests.includes('phone');
  const isEmailProven = attests.includes('email');
  const typed = { phone: isPhoneProven ? null : phone, email: isEmailProven ? null : email };
  return {
    phone: isPhoneProven ? phone : null,
    email: isEmailProven ? email : null,
    ...((typed.phone ?? typed.email) !== null && { typed }),
  };
}
