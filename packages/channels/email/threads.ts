import { createHash } from 'node:crypto';
import { DAY, type EpochMs, normalized } from '@otklik/domain';
import type { Mail } from './mail.ts';
import { eventIdOf } from './messageIds.ts';

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);

/** Key: a Message-ID's thread. */
export const idName = (messageId: string): string => `id:${digest(messageId)}`;
/** Key: subject and person, a guess for programs that lose References. */
const weakName = (subject: string, counterpart: string): string =>
  `weak:${digest(`${subject}\n${counterpart}`)}`;
/** Key: a correspondent. */
export const knownName = (address: string): string => `known:${digest(address)}`;

/** Key: our latest mail to somebody. */
export const sentName = (address: string): string => `sent:${digest(address)}`;
/** Key: an earlier report about a mail or recipient. */
export const bouncedName = (idOrAddress: string): string => `bounced:${digest(idOrAddress)}`;
/** An address, hashed for comparison. */
export const personOf = (address: string): string => digest(address);

/** Key: a quarantined mail. */
export const asideName = (mail: Mail): string => `aside:${digest(eventIdOf(mail))}`;

const WEAK_FOR_MS = 30 * DAY;
const MOST_IDS = 30;
const MOST_RECIPIENTS = 20;

interface Fact {
  readonly thread: string;
  /** null: known only by reference. */
  readonly at: EpochMs | null;
  /** Our answer that names no question: its question may still be read. */
  readonly answers?: boolean;
  /** Writer and their time: some programs reuse ids. */
  readonly key?: string;
  /** Recipients of our mail, the client first (see `personOf`). */
  readonly to?: readonly string[];
}

/** The keys that may know the mail's thread. `counterpart`: the client's address. */
export function threadNames(mail: Mail, counterpart: string): string[] {
  return [
    ...relatives(mail).map(idName),
    weakName(plainSubject(mail.subject), counterpart),
    latestName(counterpart),
    writtenName(counterpart),
    knownName(counterpart),
  ];
}

/** Key: the thread in which somebody wrote last. */
const latestName = (counterpart: string): string => `latest:${digest(counterpart)}`;
/** Key: our last mail that names no question. */
const writtenName = (counterpart: string): string => `written:${digest(counterpart)}`;

/** A second mail with the same Message-ID but another writer or time gets its own id: some forms reuse them. */
export function identityOf(mail: Mail, writer: string, known: ReadonlyMap<string, string>): Identity {
  const id = eventIdOf(mail);
  const written = mail.headers.get('date') ?? '';
  const key = digest(`${writer}\n${Date.parse(written) || written}`).slice(0, 12);
  const first = factOf(known.get(idName(id)))?.key;
  return { id: first === undefined || first === key ? id : `${id}#${key}`, key };
}

export interface Identity {
  readonly id: string;
  readonly key: string;
}

export interface Placed {
  readonly thread: string;
  /** It belongs to a known thread, or says that it answers. */
  readonly continues: boolean;
  readonly learned: ReadonlyMap<string, string>;
}

export interface Placing {
  readonly counterpart: string;
  readonly way: 'in' | 'out';
  readonly at: EpochMs;
  readonly isBelieved: boolean;
  readonly identity: Identity;
  /** Recipients of our mail, the client first. */
  readonly recipients: readonly string[];
}

/**
 * Finds the thread of a mail: by its own id (an answer may have come first), by the mail that it answers, by its
 * references, by subject and person within thirty days. Our mail without references joins the person's latest thread.
 * Otherwise the thread is new. The reading order does not matter. `isBelieved` is false where the sender could be
 * proven and was not: then the subject does not count.
 */
export function placeMail(
  mail: Mail,
  known: ReadonlyMap<string, string>,
  { counterpart, way, at, isBelieved, identity, recipients }: Placing,
): Placed {
  const ids = relatives(mail, identity.id);
  const byId = ids.map((id) => factOf(known.get(idName(id)))).find((fact) => fact !== null) ?? null;
  const subject = plainSubject(mail.subject);
  const isReply = isAnswer(mail.subject);
  const refersToNothing = mail.inReplyTo === null && mail.references.length === 0;
  const recall = (name: string): Fact | null => {
    const fact = isBelieved ? factOf(known.get(name)) : null;
    return fact !== null && Math.abs(at - (fact.at ?? at)) <= WEAK_FOR_MS ? fact : null;
  };
  /** An answer may be read before its question. */
  const answer = (name: string): Fact | null => {
    const fact = way === 'in' && refersToNothing ? recall(name) : null;
    return fact?.answers && (fact.at ?? at) >= at ? fact : null;
  };
  const bySubject = subject === '' ? null : isReply ? recall(weakName(subject, counterpart)) : null;
  const byPerson =
    way === 'out' && refersToNothing
      ? recall(latestName(counterpart))
      : (answer(weakName(subject, counterpart)) ?? answer(writtenName(counterpart)));
  const by = byId ?? bySubject ?? byPerson;
  const oldest = mail.references[0] ?? mail.inReplyTo ?? identity.id;
  const thread = by?.thread ?? oldest;
  const factFrom = (fact: Omit<Fact, 'thread'>) => JSON.stringify({ thread, ...fact } satisfies Fact);
  const own = idName(identity.id);
  const others = ids.map(idName).filter((name) => name !== own && !known.has(name));
  const learned = new Map(others.map((name) => [name, factFrom({ at: null })]));
  const ours = recipients.length > 0 ? { to: recipients.map(personOf).slice(0, MOST_RECIPIENTS) } : {};
  if (typeof factOf(known.get(own))?.at !== 'number')
    learned.set(own, factFrom({ at, key: identity.key, ...ours }));
  const answers = way === 'out' && refersToNothing && by === null;
  const said = factFrom(answers ? { at, answers } : { at });
  if (subject !== '' && isBelieved) learned.set(weakName(subject, counterpart), said);
  if (way === 'in' && isBelieved && (recall(latestName(counterpart))?.at ?? at) <= at)
    learned.set(latestName(counterpart), factFrom({ at }));
  if (answers) learned.set(writtenName(counterpart), said);
  return { thread, continues: by !== null || mail.inReplyTo !== null, learned };
}

/** The mail's own id, the answered one and the references, nearest first. */
function relatives(mail: Mail, own = eventIdOf(mail)): string[] {
  const ids = [own, mail.inReplyTo, ...mail.references.toReversed()].filter((id) => id !== null);
  return [...new Set(ids)].slice(0, MOST_IDS);
}

/** An answer's subject. */
export const isAnswer = (subject: string): boolean => /^\s*(re|ответ|отв|aw|sv)\s*(\[\d+\])?:/i.test(subject);

const OF_ANOTHER = /^(\s*(re|fwd?|ответ|отв|пересл?|aw|sv|wg)\s*(\[\d+\])?:)+/i;

/** The subject of another mail: an answer's or a forward's. */
export const isInherited = (subject: string): boolean => OF_ANOTHER.test(normalized(subject, 'NFKC'));

/** «Re: Fwd: Заказ» is «заказ». */
export function plainSubject(subject: string): string {
  return normalized(subject, 'NFKC').replace(OF_ANOTHER, '').replaceAll(/\s+/g, ' ').trim().toLowerCase();
}

export function factOf(text: string | undefined): Fact | null {
  return text === undefined ? null : (JSON.parse(text) as Fact);
}
