import type { Call } from '@otklik/domain';
import { personJid } from './jids.ts';
import { isSelf, momentOf, NOTHING, type Normalised, type Reading } from './normalise.ts';
import { factName, placePerson } from './people.ts';
import type { RawWaCall } from './rawEvent.ts';

/** The names to look up before reading. */
export function namesNeededForCall(call: RawWaCall): string[] {
  return [call.from, call.pn].map(personJid).flatMap((person) => (person === null ? [] : [factName(person)]));
}

/** A linked device learns of ringing and missed calls, not of the talk: an answered call has no end here. Pure. */
export function normaliseCall(call: RawWaCall, reading: Reading): Normalised {
  const { channel, self, known, receivedAt } = reading;
  const person = personJid(call.from);
  if (call.isGroup || person === null || isSelf(person, self)) return NOTHING;
  const alt = personJid(call.pn);
  const { thread, phone, learned } = placePerson(
    person,
    alt === null || isSelf(alt, self) ? null : alt,
    known,
  );
  const event: Call = {
    kind: 'call',
    channel: channel.id,
    id: `call-${call.id}/${call.phase}`,
    thread,
    ...(call.phase === 'answered'
      ? { side: 'employee', author: { id: null, name: null, phone: null, email: null } }
      : { side: 'client', author: { id: person.jid, name: null, phone, email: null } }),
    ...momentOf(call.sentAt, receivedAt),
    receivedAt,
    seq: null,
    call: {
      id: `call-${call.id}`,
      direction: 'in',
      phase: call.phase === 'missed' ? 'ended' : call.phase,
      outcome: call.phase === 'missed' ? 'missed' : null,
      talkSeconds: 0,
    },
    text: null,
    link: phone === null ? null : `https://wa.me/${phone.slice(1)}`,
  };
  return { ...NOTHING, events: [event], facts: learned };
}
