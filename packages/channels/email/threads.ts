import { createHash } from 'node:crypto';
import { DAY, type EpochMs, normalized } from '@otklik/domain';
import type { Mail } from './mail.ts';
import { eventIdOf } from './messageIds.ts';

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);

/** Which thread a Message-ID belongs to. */
export const idName = (messageId: string): string => `id:${digest(messageId)}`;
/** Which thread a subject with somebody belongs to: a weak guess, for programs that lose References. */
const weakName = (subject: string, counterpart: string): string =>
  `weak:${digest(`${subject}\n${counterpart}`)}`;
/** Somebody who has written to us, or to whom we have written. */
export const knownName = (address: string): string => `known:${digest(address)}`;

/** The latest mail of ours to somebody. */
export const sentName = (address: string): string => `sent:${digest(address)}`;
/** A mail of ours, or somebody whom one did not reach, of which a report was read before it. */
export const bouncedName = (idOrAddress: string): string => `bounced:${digest(idOrAddress)}`;
/** An address, to be compared only. */
export const personOf = (address: string): string => digest(address);

/** A mail that was kept aside: once is enough. */
export const asideName = (mail: Mail): string => `aside:${digest(eventIdOf(mail))}`;

const WEAK_FOR_MS = 30 * DAY;
/** So many ids of a long thread are looked up and remembered. */
const MOST_IDS = 30;
const MOST_RECIPIENTS = 20;

interface Fact {
  readonly thread: string;
  /** null of a mail that is known only because others refer to it. */
  readonly at: EpochMs | null;
  /** Of an answer of ours that names nothing that it answers: what it answers may still be read. */
  readonly answers?: boolean;
  /** Of the mail itself: who wrote it and when, by their own clock. Some programs give every mail one id. */
  readonly key?: string;
  /** Of a mail of ours: who was to get it, the client first (see `personOf`). */
  readonly to?: readonly string[];
}

/** The names under which a mail's thread may be known. `counterpart`: the client's address. */
export function threadNames(mail: Mail, counterpart: string): string[] {
  return [
    ...relatives(mail).map(idName),
    weakName(plainSubject(mail.subject), counterpart),
    latestName(counterpart),
    writtenName(counterpart),
    knownName(counterpart),
  ];
}

/** The last thread in which somebody has written to us. */
const latestName = (counterpart: string): string => `latest:${digest(counterpart)}`;
/** The last mail of ours to somebody that answers nothing by what it says of itself. */
const writtenName = (counterpart: string): string => `written:${digest(counterpart)}`;

/**
 * The identity of a mail. Of two that bear one Message-ID, by different writers or of different moments, the second gets another
 * (some forms write the same id each time).
 */
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
  /** Whether it belongs to something that we have seen before, or says that it answers something. */
  readonly continues: boolean;
  readonly learned: ReadonlyMap<string, string>;
}

export interface Placing {
  readonly counterpart: string;
  readonly way: 'in' | 'out';
  readonly at: EpochMs;
  readonly isBelieved: boolean;
  readonly identity: Identity;
  /** Of a mail of ours: who was to get it, the client first. */
  readonly recipients: readonly string[];
}

/**
 * The thread of a mail: that of its own id (its answer may have been read first), of the mail that it answers, of any that
 * it refers to, of the same subject with the same person within thirty days; of a mail of ours that refers to nothing, that
 * in which the person wrote last; else one of its own, named by the oldest id. Whichever of the two is read first.
 * `isBelieved`: false where a server could have proven who wrote it and did not: then the subject, which anybody can write
 * with anybody's address, says nothing.
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
  /** What was said before it was asked was read first, and answers it. */
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

/** Its own id, the one that it answers, and those that it refers to, the nearest first. */
function relatives(mail: Mail, own = eventIdOf(mail)): string[] {
  const ids = [own, mail.inReplyTo, ...mail.references.toReversed()].filter((id) => id !== null);
  return [...new Set(ids)].slice(0, MOST_IDS);
}

/** Whether the subject is that of an answer. */
export const isAnswer = (subject: string): boolean => /^\s*(re|ответ|отв|aw|sv)\s*(\[\d+\])?:/i.test(subject);

const OF_ANOTHER = /^(\s*(re|fwd?|ответ|отв|пересл?|aw|sv|wg)\s*(\[\d+\])?:)+/i;

/** Whether the subject is that of the mail that is answered. */
export const isInherited = (subject: string): boolean => OF_ANOTHER.test(normalized(subject, 'NFKC'));

/** «Re: Fwd: Заказ» is «заказ». */
export function plainSubject(subject: string): string {
  return normalized(subject, 'NFKC').replace(OF_ANOTHER, '').replaceAll(/\s+/g, ' ').trim().toLowerCase();
}

export function factOf(text: string | undefined): Fact | null {
  return text === undefined ? null : (JSON.parse(text) as Fact);
}
