import {
  type Author,
  type EpochMs,
  type Event,
  keepText,
  type Message,
  type Privacy,
  type Side,
  subjectOf,
  wordingOf,
} from '@otklik/domain';
import { isOwnList, verdictOf } from './automatic.ts';
import {
  aboutOthers,
  type Bounced,
  bounceBefore,
  bouncedBy,
  keptUntilKnown,
  learnedOfSent,
  namesOfReport,
  namesOfSent,
} from './bounces.ts';
import type { EmailChannel } from './config.ts';
import { lastMailOf, lastName } from './lastMail.ts';
import type { Address, DeliveryReport, Mail } from './mail.ts';
import { eventIdOf } from './messageIds.ts';
import { isOfForm, isOurs, isRobot, strangerIn, strangersIn, writerOf } from './people.ts';
import { type Proof, proofOf } from './proof.ts';
import {
  asideName,
  factOf,
  identityOf,
  idName,
  isAnswer,
  isInherited,
  knownName,
  placeMail,
  plainSubject,
  threadNames,
} from './threads.ts';

export interface Reading {
  readonly channel: EmailChannel;
  /** Our people's own addresses. */
  readonly people: ReadonlySet<string>;
  readonly known: ReadonlyMap<string, string>;
  readonly privacy: Privacy;
  readonly receivedAt: EpochMs;
}

export interface Read {
  readonly event: Event | null;
  /** The mail never arrived: a report that was read before it said so. */
  readonly bounce?: Event;
  readonly learned: ReadonlyMap<string, string>;
  /** Why it is kept for a person to look at, when it is read for the first time. */
  readonly aside?: string;
}

const NOTHING: Read = { event: null, learned: new Map() };

const CLAIMED = 'says that a colleague wrote it, and no trusted server vouches for that: it answers nobody';

/** A client of whom no address is known. */
const NOBODY: Address = { address: '', name: null };

export type Direction =
  | { readonly way: 'in'; readonly client: Address; readonly proof: Proof }
  | { readonly way: 'out'; readonly client: Address }
  /** It says that one of us wrote it, and nobody vouches for that: it answers nothing (law 3). */
  | { readonly way: 'claimed'; readonly client: null };

/** The client of a mail and which way it goes; null when it is nobody's: between colleagues. */
export function directionOf(
  mail: Mail,
  channel: EmailChannel,
  people: ReadonlySet<string>,
): Direction | null {
  const { from, folder } = mail;
  // Whoever does not say who they are waits all the same.
  if (folder !== 'sent' && from === null) return { way: 'in', client: NOBODY, proof: 'unproven' };
  // Nobody is closed or joined by what a form says: it can only ask.
  if (folder !== 'sent' && from !== null && isOfForm(from, channel))
    return { way: 'in', client: strangerIn(mail, channel, people) ?? from, proof: 'unproven' };
  const proof = proofOf(mail, channel);
  const toStrangers = strangersIn(mail, channel, people);
  const isClaimed =
    folder !== 'sent' && proof !== 'proven' && from !== null && isOurs(from.address, channel, people);
  if (isClaimed) {
    // A form on our own site, by a server of its own.
    const client = strangerIn(mail, channel, people);
    if (client !== null) return { way: 'in', client, proof: 'unproven' };
    // Where nothing is ever proven, colleagues' mails to each other look like this too.
    const isSuspect = toStrangers.length > 0 || proof === 'unproven';
    return isSuspect && folder !== 'junk' ? { way: 'claimed', client: null } : null;
  }
  const writer = writerOf(mail, channel, people);
  if (writer === null) return null;
  if (folder !== 'sent' && !isOurs(writer.address, channel, people))
    return { way: 'in', client: writer, proof: writer === from ? proof : 'unproven' };
  // A mail of ours that goes to colleagues only answers no client.
  const client = toStrangers[0];
  return client === undefined ? null : { way: 'out', client };
}

/** What has to be known to read it. */
export function namesNeeded(mail: Mail, channel: EmailChannel, people: ReadonlySet<string>): string[] {
  const reported = mail.report === null ? [] : namesOfReport(mail.report);
  return [...reported, ...namesOfWords(mail, channel, people)];
}

function namesOfWords(mail: Mail, channel: EmailChannel, people: ReadonlySet<string>): string[] {
  const direction = directionOf(mail, channel, people);
  if (direction === null) return [];
  if (direction.way === 'claimed') return [asideName(mail)];
  const { way, client } = direction;
  return [...threadNames(mail, client.address), ...(way === 'out' ? namesOfSent(mail, client.address) : [])];
}

/** One mail as our event. Pure; never throws. */
export function readMail(mail: Mail, reading: Reading): Read {
  const reported = mail.report === null ? null : readReport(mail, mail.report, reading);
  if (reported !== null && (reported.event !== null || mail.report?.isSure === true)) return reported;
  const { channel, people, known, receivedAt } = reading;
  const direction = directionOf(mail, channel, people);
  if (direction === null) return NOTHING;
  if (direction.way === 'claimed') {
    const name = asideName(mail);
    return known.has(name) ? NOTHING : { event: null, learned: new Map([[name, '']]), aside: CLAIMED };
  }
  const { way, client } = direction;
  const proof = way === 'in' ? direction.proof : 'proven';
  const isForUs = mail.to.some(({ address }) => isOurs(address, channel, people));
  // A mail of nobody with nothing in it asks nothing.
  if (client === NOBODY && mail.text === '' && mail.subject === '') return NOTHING;
  /** Of whoever filled in a form only its text knows. */
  const isNamedInText = way === 'in' && client === mail.from && isOfForm(mail.from, channel);
  /** Each such mail is of a client of its own. */
  const isNameless = isNamedInText || client === NOBODY;
  const verdict = verdictOf(mail, {
    writer: isNameless ? null : way === 'in' ? client : mail.from,
    isForUs,
    isOwnList: isOwnList(mail, channel),
    isOurs: way === 'out',
    // Nobody answers by a form.
    isForm:
      isNamedInText ||
      (way === 'in' && client === mail.replyTo && client !== mail.from && mail.inReplyTo === null && isForUs),
  });
  const time = way === 'out' ? notBeforeQuestion(mail, known, receivedAt) : timeOf(mail, receivedAt);
  const recipients = way === 'out' ? strangersIn(mail, channel, people).map(({ address }) => address) : [];
  const writer = way === 'in' ? client : mail.from;
  const identity = identityOf(
    mail,
    isNamedInText ? `${mail.size} ${mail.subject}` : (writer?.address ?? ''),
    known,
  );
  const placed = placeMail(mail, known, {
    counterpart: client.address,
    way,
    at: time.at,
    isBelieved: proof !== 'unproven',
    identity,
    recipients,
  });
  const isAcquainted = known.has(knownName(client.address));
  const isKnown = placed.continues && isAcquainted;
  // A client of ours who begins anew waits no less because a filter took them for spam.
  const isOurClient = isKnown || (isAcquainted && verdict === 'human');
  if (mail.folder === 'junk' && !isWorthALook(channel.junk, isOurClient)) return NOTHING;
  const side = sideOf(way, verdict, isKnown);
  // An answer's subject quotes the client's, and a robot's is about the robot.
  const subject = side === 'bot' ? null : subjectOf(mail.subject, { privacy: reading.privacy.text });
  const event: Message = {
    kind: 'message',
    ...(subject && { subject }),
    channel: channel.id,
    id: identity.id,
    thread: placed.thread,
    side,
    author: isNameless
      ? {
          id: null,
          name: isNamedInText ? null : nameIn(mail),
          phone: null,
          ...addressOf(isNamedInText ? addressIn(mail, channel, people) : null, false),
        }
      : {
          id: writer?.address ?? null,
          name: writer?.name ?? null,
          phone: null,
          ...addressOf(side === 'bot' ? null : (writer?.address ?? null), proof === 'proven'),
        },
    ...time,
    receivedAt,
    seq: null,
    text: keepText(wordsShown(mail, way) || mail.subject, reading.privacy.text),
    // Some write all that they have to say into the subject.
    wording: wordingOf(mail.text, {
      formalReplies: channel.policy.formalReplies,
      attached: plainSubject(mail.subject) !== '' && !isInherited(mail.subject),
    }),
    link: null,
  };
  const learned = new Map([...placed.learned, ...(reported?.learned ?? [])]);
  const { replyTo } = mail;
  const to = replyTo !== null && !isOurs(replyTo.address, channel, people) ? replyTo : client;
  const last = side === 'client' && client !== NOBODY ? lastMailOf(mail, to) : null;
  if (last !== null) learned.set(lastName(placed.thread), JSON.stringify(last));
  if (side !== 'bot' && !isNameless) learned.set(knownName(client.address), String(time.at));
  if (way === 'in') return { event, learned };
  for (const [name, value] of learnedOfSent(event, recipients, known)) learned.set(name, value);
  const before = bounceBefore(mail, recipients, time.at, known);
  if (before === null) return { event, learned };
  const { id, at } = before;
  const bounce = bounceOf({ of: event.id, thread: placed.thread }, { id, at, atSource: 'provider' }, reading);
  return { event, bounce, learned };
}

/** What somebody passes on without a word of their own is what they have to say. An answer quotes us. */
const wordsShown = ({ text, quoted, subject }: Mail, way: 'in' | 'out'): string =>
  text || (way === 'in' && !isAnswer(subject) && quoted) || '';

/** What stands in a From that holds no address. */
function nameIn({ headers }: Mail): string | null {
  const said = headers.get('from')?.replaceAll(/["<>]/g, ' ').replaceAll(/\s+/g, ' ').trim() ?? '';
  return said === '' || said.includes('=?') ? null : said.slice(0, LONGEST_NAME).toWellFormed();
}
const LONGEST_NAME = 100;

/** What is not proven may be anybody's: it joins nobody by itself. */
const addressOf = (email: string | null, isProven: boolean): Pick<Author, 'email' | 'typed'> =>
  isProven || email === null ? { email } : { email: null, typed: { phone: null, email } };

/** The address that somebody has filled into a form, as far as its text shows one. */
function addressIn(
  { text }: Mail,
  channel: Pick<EmailChannel, 'address' | 'also'>,
  people: ReadonlySet<string>,
): string | null {
  const words = text?.toLowerCase().split(/[^\w.+@-]+/) ?? [];
  const found = words
    .map((word) => word.replace(/\.$/, ''))
    .filter((word) => /^[\w.+-]{1,64}@[\w-]+(\.[\w-]+)+$/.test(word));
  return found.find((address) => !isOurs(address, channel, people) && !isRobot(address)) ?? null;
}

const isWorthALook = (junk: EmailChannel['junk'], isKnown: boolean): boolean =>
  junk === 'all' || (junk === 'known' && isKnown);

/** A client on a mailing list is a client when they answer us; a robot never is, and never answers for us either. */
function sideOf(way: 'in' | 'out', verdict: ReturnType<typeof verdictOf>, isKnown: boolean): Side {
  if (verdict === 'auto') return 'bot';
  if (way === 'out') return verdict === 'human' ? 'employee' : 'bot';
  return verdict === 'human' || isKnown ? 'client' : 'bot';
}

/** The server's clock at arrival (INTERNALDATE); never the sender's (`Date:`). */
function timeOf({ internalDate }: Mail, receivedAt: EpochMs): Pick<Event, 'at' | 'atSource'> {
  return internalDate === null || internalDate > receivedAt
    ? { at: receivedAt, atSource: 'arrival' }
    : { at: internalDate, atSource: 'provider' };
}

/**
 * A mail program that files its copy says when, by the clock of its computer. Where that is before the mail that is
 * answered, the clock is wrong, and our reading of the copy is what is known.
 */
function notBeforeQuestion(
  mail: Mail,
  known: ReadonlyMap<string, string>,
  receivedAt: EpochMs,
): Pick<Event, 'at' | 'atSource'> {
  const time = timeOf(mail, receivedAt);
  const answered = factOf(mail.inReplyTo === null ? undefined : known.get(idName(mail.inReplyTo)));
  return answered !== null && (answered.at ?? time.at) > time.at
    ? { at: receivedAt, atSource: 'arrival' }
    : time;
}

/** A mail of ours never arrived: then it was no answer. A delay is none yet. */
function readReport(mail: Mail, said: DeliveryReport, reading: Reading): Read {
  const { channel, people, known, receivedAt } = reading;
  const report = aboutOthers(said, (address) => isOurs(address, channel, people));
  if (said.action !== 'failed' || report === null) return NOTHING;
  const time = timeOf(mail, receivedAt);
  const bounced = bouncedBy(report, time.at, known);
  if (bounced === 'arrived') return NOTHING;
  if (bounced !== 'unknown')
    return { event: bounceOf(bounced, { id: eventIdOf(mail), ...time }, reading), learned: new Map() };
  return { event: null, learned: keptUntilKnown(mail, report, time.at) };
}

const bounceOf = (
  bounced: Bounced,
  moment: Pick<Event, 'id' | 'at' | 'atSource'>,
  { channel, receivedAt }: Reading,
): Event => ({
  kind: 'bounce',
  channel: channel.id,
  ...bounced,
  ...moment,
  side: 'bot',
  author: { id: null, name: null, phone: null, email: null },
  receivedAt,
  seq: null,
});
