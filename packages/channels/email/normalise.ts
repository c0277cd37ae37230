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
  /** Addresses of our people. */
  readonly people: ReadonlySet<string>;
  readonly known: ReadonlyMap<string, string>;
  readonly privacy: Privacy;
  readonly receivedAt: EpochMs;
}

export interface Read {
  readonly event: Event | null;
  /** An earlier report says that this mail never arrived. */
  readonly bounce?: Event;
  readonly learned: ReadonlyMap<string, string>;
  /** Why it is quarantined. */
  readonly aside?: string;
}

const NOTHING: Read = { event: null, learned: new Map() };

const CLAIMED = 'says that a colleague wrote it, and no trusted server vouches for that: it answers nobody';

const NOBODY: Address = { address: '', name: null };

export type Direction =
  | { readonly way: 'in'; readonly client: Address; readonly proof: Proof }
  | { readonly way: 'out'; readonly client: Address }
  /** Claims to be ours without proof: it answers nothing (law 3). */
  | { readonly way: 'claimed'; readonly client: null };

/** The client and the direction; null between colleagues. */
export function directionOf(
  mail: Mail,
  channel: EmailChannel,
  people: ReadonlySet<string>,
): Direction | null {
  const { from, folder } = mail;
  // A nameless writer waits too.
  if (folder !== 'sent' && from === null) return { way: 'in', client: NOBODY, proof: 'unproven' };
  // A form proves nothing: it opens a wait, and closes or joins none.
  if (folder !== 'sent' && from !== null && isOfForm(from, channel))
    return { way: 'in', client: strangerIn(mail, channel, people) ?? from, proof: 'unproven' };
  const proof = proofOf(mail, channel);
  const toStrangers = strangersIn(mail, channel, people);
  const isClaimed =
    folder !== 'sent' && proof !== 'proven' && from !== null && isOurs(from.address, channel, people);
  if (isClaimed) {
    // Our site's form on its own server.
    const client = strangerIn(mail, channel, people);
    if (client !== null) return { way: 'in', client, proof: 'unproven' };
    // Without proof, mail between colleagues looks the same.
    const isSuspect = toStrangers.length > 0 || proof === 'unproven';
    return isSuspect && folder !== 'junk' ? { way: 'claimed', client: null } : null;
  }
  const writer = writerOf(mail, channel, people);
  if (writer === null) return null;
  if (folder !== 'sent' && !isOurs(writer.address, channel, people))
    return { way: 'in', client: writer, proof: writer === from ? proof : 'unproven' };
  // Mail to colleagues only answers no client.
  const client = toStrangers[0];
  return client === undefined ? null : { way: 'out', client };
}

/** The names to look up before reading. */
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

/** A mail as an event. Pure; never throws. */
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
  // An empty mail from nobody asks nothing.
  if (client === NOBODY && mail.text === '' && mail.subject === '') return NOTHING;
  /** Only the text names the client. */
  const isNamedInText = way === 'in' && client === mail.from && isOfForm(mail.from, channel);
  /** Each one is a client of its own. */
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
  // A known client in the spam folder waits all the same.
  const isOurClient = isKnown || (isAcquainted && verdict === 'human');
  if (mail.folder === 'junk' && !isWorthALook(channel.junk, isOurClient)) return NOTHING;
  const side = sideOf(way, verdict, isKnown);
  // An answer's subject is the client's, a robot's is about the robot.
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
    // Some write only a subject.
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

/** Forwarded text counts as a client's words; an answer quotes us. */
const wordsShown = ({ text, quoted, subject }: Mail, way: 'in' | 'out'): string =>
  text || (way === 'in' && !isAnswer(subject) && quoted) || '';

/** The name in a From without address. */
function nameIn({ headers }: Mail): string | null {
  const said = headers.get('from')?.replaceAll(/["<>]/g, ' ').replaceAll(/\s+/g, ' ').trim() ?? '';
  return said === '' || said.includes('=?') ? null : said.slice(0, LONGEST_NAME).toWellFormed();
}
const LONGEST_NAME = 100;

/** An unproven address joins no clients. */
const addressOf = (email: string | null, isProven: boolean): Pick<Author, 'email' | 'typed'> =>
  isProven || email === null ? { email } : { email: null, typed: { phone: null, email } };

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

/** A listed client who answers us is a client; a robot never is, and answers for nobody. */
function sideOf(way: 'in' | 'out', verdict: ReturnType<typeof verdictOf>, isKnown: boolean): Side {
  if (verdict === 'auto') return 'bot';
  if (way === 'out') return verdict === 'human' ? 'employee' : 'bot';
  return verdict === 'human' || isKnown ? 'client' : 'bot';
}

/** The server's arrival time (INTERNALDATE), never the sender's `Date:`. */
function timeOf({ internalDate }: Mail, receivedAt: EpochMs): Pick<Event, 'at' | 'atSource'> {
  return internalDate === null || internalDate > receivedAt
    ? { at: receivedAt, atSource: 'arrival' }
    : { at: internalDate, atSource: 'provider' };
}

/** A filed copy bears the computer's clock. If it is before the question, our reading time counts. */
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

/** A mail that never arrived is no answer. A delay is no failure yet. */
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
