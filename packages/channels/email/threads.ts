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

/** A mail that was kept aside: once is enough. */
export const asideName = (mail: Mail): string => `aside:${digest(eventIdOf(mail))}`;

const WEAK_FOR_MS = 30 * DAY;
/** So many ids of a long thread are looked up and remembered. */
const MOST_IDS = 30;

interface Fact {
  readonly thread: string;
  /** null of a mail that is known only because others refer to it. */
  readonly at: EpochMs | null;
}

/** The names under which a mail's thread may be known. `counterpart`: the client's address. */
export function threadNames(mail: Mail, counterpart: string): string[] {
  return [
    ...relatives(mail).map(idName),
    weakName(plainSubject(mail.subject), counterpart),
    knownName(counterpart),
  ];
}

export interface Placed {
  readonly thread: string;
  /** Whether it belongs to something that we have seen before, or says that it answers something. */
  readonly continues: boolean;
  readonly learned: ReadonlyMap<string, string>;
}

/**
 * The thread of a mail: that of its own id (its answer may have been read first), of the mail that it answers, of any that
 * it refers to, of the same subject with the same person within thirty days; else one of its own, named by the oldest id.
 * `isBelieved`: false where a server could have proven who wrote it and did not: then the subject, which anybody can write
 * with anybody's address, says nothing.
 */
export function placeMail(
  mail: Mail,
  counterpart: string,
  known: ReadonlyMap<string, string>,
  at: EpochMs,
  isBelieved = true,
): Placed {
  const ids = relatives(mail);
  const byId = ids.map((id) => factOf(known.get(idName(id)))).find((fact) => fact !== null) ?? null;
  const subject = plainSubject(mail.subject);
  const isReply = /^\s*(re|ответ|отв|aw|sv)\s*(\[\d+\])?:/i.test(mail.subject);
  const weak =
    subject === '' || !isReply || !isBelieved ? null : factOf(known.get(weakName(subject, counterpart)));
  const byWeak = weak !== null && Math.abs(at - (weak.at ?? at)) <= WEAK_FOR_MS ? weak : null;
  const oldest = mail.references[0] ?? mail.inReplyTo ?? eventIdOf(mail);
  const thread = byId?.thread ?? byWeak?.thread ?? oldest;
  const factFrom = (at: EpochMs | null) => JSON.stringify({ thread, at } satisfies Fact);
  const own = idName(eventIdOf(mail));
  const others = ids.map(idName).filter((name) => name !== own && !known.has(name));
  const learned = new Map(others.map((name) => [name, factFrom(null)]));
  if (typeof factOf(known.get(own))?.at !== 'number') learned.set(own, factFrom(at));
  if (subject !== '' && isBelieved) learned.set(weakName(subject, counterpart), factFrom(at));
  return { thread, continues: byId !== null || byWeak !== null || mail.inReplyTo !== null, learned };
}

/** Its own id, the one that it answers, and those that it refers to, the nearest first. */
function relatives(mail: Mail): string[] {
  const ids = [eventIdOf(mail), mail.inReplyTo, ...mail.references.toReversed()].filter((id) => id !== null);
  return [...new Set(ids)].slice(0, MOST_IDS);
}

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
