import { type PersonJid, personJid, phoneOfJid } from './jids.ts';

/**
 * What is remembered of a person's address (`lid:…`, `pn:…`): their other address, and the thread in which they were
 * first met. Events that are past keep their thread, so a person keeps it too: what is said later under the other
 * address belongs to the same conversation.
 */
interface PersonFact {
  readonly alt: string | null;
  readonly thread: string;
}

/** Where somebody's conversation stands, and their number where it is known. */
export interface Placed {
  readonly thread: string;
  /** E.164; null when WhatsApp hides it. */
  readonly phone: string | null;
  /** What has become known by this: to be remembered. */
  readonly learned: ReadonlyMap<string, string>;
}

/** The name under which an address is remembered. */
export function factName({ server, jid }: PersonJid): string {
  return `${server}:${jid.split('@', 1).join('')}`;
}

/**
 * A new person's thread is their LID where it is known, else their number. `alt` is the other address if it was said now.
 * When two threads turn out to be one person's, the LID's goes on; Otklik joins the other to it by the number.
 */
export function placePerson(
  person: PersonJid,
  alt: PersonJid | null,
  known: ReadonlyMap<string, string>,
): Placed {
  const fact = readFact(known.get(factName(person)));
  const other = otherAddress(person, alt) ?? personJid(fact?.alt);
  const otherFact = other === null ? null : readFact(known.get(factName(other)));
  const [lid, pn] = person.server === 'lid' ? [person, other] : [other, person];
  const [lidFact, pnFact] = person.server === 'lid' ? [fact, otherFact] : [otherFact, fact];
  const thread = lidFact?.thread ?? pnFact?.thread ?? lid?.jid ?? person.jid;
  const learned = new Map<string, string>();
  const learn = (one: PersonJid | null, two: PersonJid | null) => {
    if (one === null) return;
    const value = JSON.stringify({ alt: two?.jid ?? null, thread } satisfies PersonFact);
    if (known.get(factName(one)) !== value) learned.set(factName(one), value);
  };
  learn(lid, pn);
  learn(pn, lid);
  return { thread, phone: phoneOfJid(pn?.jid ?? null), learned };
}

/** Whether nobody knows the other address of this person. */
export function isAlone(person: PersonJid, alt: string | null, known: ReadonlyMap<string, string>): boolean {
  return alt === null && (readFact(known.get(factName(person)))?.alt ?? null) === null;
}

/** Two addresses of one kind are no pair: the library sometimes gives our own number as the other side's. */
function otherAddress(person: PersonJid, alt: PersonJid | null): PersonJid | null {
  return alt === null || alt.server === person.server ? null : alt;
}

function readFact(text: string | undefined): PersonFact | null {
  return text === undefined ? null : (JSON.parse(text) as PersonFact);
}
