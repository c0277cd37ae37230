import { type Config, channelOnWait, isChannelGone } from '@otklik/config';
import {
  clientName,
  type EpochMs,
  type LateReason,
  type Person,
  SECOND,
  type Subject,
  visible,
} from '@otklik/domain';
import type { ClaimedNotice, NamedWait } from '@otklik/store';
import { lasted, type Texts, textsOf, timeOfDay } from '@otklik/texts';

export interface Ping {
  readonly stage: 'warned' | 'breached' | 'closed' | 'joined';
  /** A late call-back opens with a question (clause S6). */
  readonly opening: string | null;
  readonly title: string;
  /** As far as privacy allows. */
  readonly quote: string | null;
  readonly subject: Subject | null;
  readonly lines: readonly string[];
  readonly link: string | null;
  /** The reader's lease lasts. */
  readonly isMine: boolean;
}

type PingNotice = Pick<ClaimedNotice, 'stage' | 'due_at' | 'late_reason' | 'instead_of'> & {
  readonly wait: NamedWait;
  readonly firstSentAt: EpochMs;
};

interface Names {
  readonly texts: Texts;
  readonly client: string;
  readonly place: string;
  time(at: EpochMs): string;
  person(id: string): string;
  channel(id: string): string;
}

/** True at `now`: it names moments, because durations would be wrong a second later (law 9). */
export function pingOf(notice: PingNotice, reader: Person, config: Config, now: EpochMs): Ping {
  const { wait } = notice;
  const texts = textsOf(reader.locale);
  const channel = (id: string) => channelOnWait(config, id)?.name ?? id;
  const names: Names = {
    texts,
    client: clientName(wait) ?? texts.unnamed,
    place: channel(wait.channel),
    time: (at) => timeOfDay(at, now, reader.timezone),
    person: (id) => nameOf(id, config, texts),
    channel,
  };
  const about = {
    quote: wait.kind === 'call' ? `📞 ${texts.call}` : wait.text && visible(wait.text),
    subject: wait.subject && { ...wait.subject, title: texts.subject(wait.subject.title) },
    link: wait.link,
  };
  const over = overOf(wait, reader, names);
  if (over !== null) return { ...about, ...over, opening: null, isMine: false };
  const breached = now >= wait.breach_at;
  return {
    ...about,
    stage: breached ? 'breached' : 'warned',
    opening: breached && wait.kind === 'call' ? texts.callFirst : null,
    title: titleOf(wait, breached, notice.stage, names),
    quote: about.quote ?? texts.noText,
    lines: openLines(notice, breached, reader, config, names, now),
    isMine: wait.taken_by === reader.id && isTaken(wait, now),
  };
}

/** null: it is open. */
function overOf(
  wait: NamedWait,
  { locale }: Person,
  { texts, client, place, person }: Names,
): Pick<Ping, 'stage' | 'title' | 'lines'> | null {
  const about = `${client} · ${place}`;
  if (wait.closed_at !== null && wait.outcome !== null) {
    const by = wait.answered_by === null ? null : person(wait.answered_by);
    const lateBy = wait.closed_at - wait.breach_at;
    const isLate = wait.outcome === 'answered' && lateBy > 0;
    return {
      stage: 'closed',
      title: texts.closed(wait.outcome, lasted(wait.closed_at - wait.opened_at, locale), by),
      lines: [about, ...(isLate ? [texts.lateBy(lasted(lateBy, locale))] : [])],
    };
  }
  return wait.voided_at === null ? null : { stage: 'joined', title: texts.joined, lines: [about] };
}

const isTaken = ({ taken_until }: NamedWait, now: EpochMs): boolean => (taken_until ?? 0) > now;

function openLines(
  notice: PingNotice,
  breached: boolean,
  reader: Person,
  config: Config,
  names: Names,
  now: EpochMs,
): string[] {
  const { wait } = notice;
  const { texts, time, person } = names;
  const window = breached ? texts.windowEnded(time(wait.breach_at)) : texts.answerBy(time(wait.breach_at));
  return [
    names.place,
    `${texts.since(time(wait.opened_at))}, ${window}`,
    ...(wait.also_on.length > 0 ? [texts.alsoOn(wait.also_on.map(names.channel).join(', '))] : []),
    ...(wait.client_phone === null && wait.typed_phone !== null ? [texts.typedPhone(wait.typed_phone)] : []),
    ...(notice.instead_of ? [texts.insteadOf(person(notice.instead_of))] : []),
    ...whose(wait, reader, config, names),
    ...(isChannelGone(config, wait.channel) ? [texts.channelGone] : []),
    ...(wait.after_hours ? [texts.afterHours] : []),
    ...takenLine(wait, reader, names, now),
    ...lateLines(notice, reader, names),
    ...(breached && wait.kind !== 'call' ? [texts.apologise] : []),
    ...(wait.farewell ? [texts.farewell] : []),
  ];
}

function takenLine(wait: NamedWait, reader: Person, { texts, time, person }: Names, now: EpochMs): string[] {
  const { taken_by: by, taken_until: until } = wait;
  if (by === null || until === null || !isTaken(wait, now)) return [];
  return [by === reader.id ? texts.yours(time(until)) : texts.inWork(person(by), time(until))];
}

function lateLines(
  { wait, late_reason, due_at, firstSentAt }: PingNotice,
  { locale }: Person,
  { texts }: Names,
): string[] {
  const lateBy = firstSentAt - due_at;
  return [
    ...(wait.late_delivered > 0 ? [texts.lateDelivered(lasted(wait.late_delivered * SECOND, locale))] : []),
    ...(late_reason !== null && lateBy >= SECOND
      ? [texts.late(lasted(lateBy, locale), late_reason as LateReason)]
      : late_reason === 'backlog'
        ? [texts.unrecorded]
        : []),
  ];
}

function titleOf(
  { kind, missed_at, missed_told }: NamedWait,
  breached: boolean,
  stage: string | null,
  { texts, client }: Names,
): string {
  if (breached) return texts.overdue(client);
  if (kind !== 'call' || missed_at === null) return texts.waits(client);
  // The first ping said that already.
  return missed_told && stage === 'warned' ? texts.notCalledBack(client) : texts.missedCall(client);
}

/** Whose it is if not the reader's, or why it is the reader's. */
function whose(
  { owner, owner_why, handed, channel }: NamedWait,
  reader: Person,
  config: Config,
  { texts, time, person }: Names,
): string[] {
  const until = handed?.state === 'pending' ? time(handed.until) : null;
  if (reader.id !== owner) {
    if (handed?.to !== owner || handed.giver !== reader.id) return [texts.owner(person(owner))];
    const back = handed.from === reader.id ? null : person(handed.from);
    return [
      until === null ? texts.handedAccepted(person(owner)) : texts.handedPending(person(owner), until, back),
    ];
  }
  if (owner_why === 'handed_over' && handed?.to === owner)
    return [texts.handedToYou(config.people.get(handed.giver)?.name ?? null, until)];
  if (owner_why === 'handed_back' && handed !== null) return [texts.handedBack(person(handed.to))];
  const why = texts.standsIn(owner_why, person(channelOnWait(config, channel)?.owner ?? owner));
  return why === null ? [] : [why];
}

/** An unknown id is a name that the channel gave. */
export function nameOf(id: string, config: Config, texts: Texts): string {
  const ours = config.people.get(id)?.name;
  if (ours !== undefined) return ours;
  if (id === 'admin') return texts.admin;
  return id === 'unknown' ? texts.somebody : id;
}
