import { type PersonJid, personJid, phoneOfJid } from './jids.ts';

/**
 * Facts about an address (`lid:…`, `pn:…`): the person's other address and their first thread, which they keep under
 * either.
 */
interface PersonFact {
  readonly alt: string | null;
  readonly thread: string;
}

export interface Placed {
  readonly thread: string;
  /** E.164; null when WhatsApp hides it. */
  readonly phone: string | null;
  /** What was learnt, to remember. */
  readonly learned: ReadonlyMap<string, string>;
}

/** The memory key of an address. */
export function factName({ server, jid }: PersonJid): string {
  return `${server}:${jid.split('@', 1).join('')}`;
}

/**
 * A new person's thread is the LID if known, otherwise the number. Of two threads the LID's continues; Otklik joins
 * the other by the number.
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

/** The other address is unknown. */
export function isAlone(person: PersonJid, alt: string | null, known: ReadonlyMap<string, string>): boolean {
  return alt === null && (readFact(known.get(factName(person)))?.alt ?? null) === null;
}

/** The library sometimes gives our number as the other side's. */
function otherAddress(person: PersonJid, alt: PersonJid | null): PersonJid | null {
  return alt === null || alt.server === person.server ? null : alt;
}

function readFact(text: string | undefined): PersonFact | null {
  return text === undefined ? null : (JSON.parse(text) as PersonFact);
}
