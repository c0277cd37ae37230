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

/** What a ping says, line by line, before a transport dresses it. */
export interface Ping {
  readonly stage: 'warned' | 'breached' | 'closed' | 'joined';
  /** What to say first of all: a late call-back opens with a question (clause S6). */
  readonly opening: string | null;
  readonly title: string;
  /** The client's own words, as far as privacy lets us. */
  readonly quote: string | null;
  /** What the conversation is about: its title in words. */
  readonly subject: Subject | null;
  readonly lines: readonly string[];
  readonly link: string | null;
  /** The reader has taken it, and their lease lasts. */
  readonly isMine: boolean;
}

/** The ping about a step, true at `now`: it names moments, not durations that would be wrong a second later (law 9). */
export function pingOf(
  notice: Pick<ClaimedNotice, 'stage' | 'due_at' | 'late_reason' | 'instead_of'> & {
    readonly wait: NamedWait;
    readonly firstSentAt: EpochMs;
  },
  reader: Person,
  config: Config,
  now: EpochMs,
): Ping {
  const { wait } = notice;
  const texts = textsOf(reader.locale);
  const client = clientName(wait) ?? texts.unnamed;
  const time = (at: EpochMs) => timeOfDay(at, now, reader.timezone);
  const name = (id: string) => nameOf(id, config, texts);
  const placeName = (id: string) => channelOnWait(config, id)?.name ?? id;
  const place = placeName(wait.channel);
  const quote = wait.kind === 'call' ? `📞 ${texts.call}` : wait.text && visible(wait.text);
  const subject = wait.subject && { ...wait.subject, title: texts.subject(wait.subject.title) };
  if (wait.closed_at !== null && wait.outcome !== null) {
    const by = wait.answered_by === null ? null : name(wait.answered_by);
    const lateBy = wait.closed_at - wait.breach_at;
    const over =
      wait.outcome === 'answered' && lateBy > 0 ? [texts.lateBy(lasted(lateBy, reader.locale))] : [];
    return {
      stage: 'closed',
      opening: null,
      title: texts.closed(wait.outcome, lasted(wait.closed_at - wait.opened_at, reader.locale), by),
      quote,
      subject,
      lines: [`${client} · ${place}`, ...over],
      link: wait.link,
      isMine: false,
    };
  }
  if (wait.voided_at !== null)
    return {
      stage: 'joined',
      opening: null,
      title: texts.joined,
      quote,
      subject,
      lines: [`${client} · ${place}`],
      link: wait.link,
      isMine: false,
    };
  const breached = now >= wait.breach_at;
  const lines = [
    place,
    `${texts.since(time(wait.opened_at))}, ${breached ? texts.windowEnded(time(wait.breach_at)) : texts.answerBy(time(wait.breach_at))}`,
    ...(wait.also_on.length > 0 ? [texts.alsoOn(wait.also_on.map(placeName).join(', '))] : []),
    ...(wait.client_phone === null && wait.typed_phone !== null ? [texts.typedPhone(wait.typed_phone)] : []),
    ...(notice.instead_of ? [texts.insteadOf(name(notice.instead_of))] : []),
    ...whose(wait, reader, config, texts, time),
    ...(isChannelGone(config, wait.channel) ? [texts.channelGone] : []),
    ...(wait.after_hours ? [texts.afterHours] : []),
    ...(wait.taken_by !== null && (wait.taken_until ?? 0) > now
      ? [
          wait.taken_by === reader.id
            ? texts.yours(time(wait.taken_until ?? now))
            : texts.inWork(name(wait.taken_by), time(wait.taken_until ?? now)),
        ]
      : []),
    ...(wait.late_delivered > 0
      ? [texts.lateDelivered(lasted(wait.late_delivered * SECOND, reader.locale))]
      : []),
    ...(notice.late_reason !== null && notice.firstSentAt - notice.due_at >= SECOND
      ? [
          texts.late(
            lasted(notice.firstSentAt - notice.due_at, reader.locale),
            notice.late_reason as LateReason,
          ),
        ]
      : notice.late_reason === 'backlog'
        ? [texts.unrecorded]
        : []),
    ...(breached && wait.kind !== 'call' ? [texts.apologise] : []),
    ...(wait.farewell ? [texts.farewell] : []),
  ];
  return {
    stage: breached ? 'breached' : 'warned',
    opening: breached && wait.kind === 'call' ? texts.callFirst : null,
    title: titleOf(wait, breached, notice.stage, texts, client),
    quote: quote ?? texts.noText,
    subject,
    lines,
    link: wait.link,
    isMine: wait.taken_by === reader.id && (wait.taken_until ?? 0) > now,
  };
}

function titleOf(
  { kind, missed_at, missed_told }: NamedWait,
  breached: boolean,
  stage: string | null,
  texts: Texts,
  client: string,
): string {
  if (breached) return texts.overdue(client);
  if (kind !== 'call' || missed_at === null) return texts.waits(client);
  // That it was missed was told at once: a second ping in the same words would look like the first.
  return missed_told && stage === 'warned' ? texts.notCalledBack(client) : texts.missedCall(client);
}

/** Whose wait it is when it is not the reader's; why it is theirs when it came to them in another's place. */
function whose(
  wait: NamedWait,
  reader: Person,
  config: Config,
  texts: Texts,
  time: (at: EpochMs) => string,
): string[] {
  const name = (id: string) => nameOf(id, config, texts);
  const { owner, owner_why, handed } = wait;
  const until = handed?.state === 'pending' ? time(handed.until) : null;
  if (reader.id !== owner) {
    if (handed?.to !== owner || handed.giver !== reader.id) return [texts.owner(name(owner))];
    const back = handed.from === reader.id ? null : name(handed.from);
    return [
      until === null ? texts.handedAccepted(name(owner)) : texts.handedPending(name(owner), until, back),
    ];
  }
  if (owner_why === 'handed_over' && handed?.to === owner)
    return [texts.handedToYou(config.people.get(handed.giver)?.name ?? null, until)];
  if (owner_why === 'handed_back' && handed !== null) return [texts.handedBack(name(handed.to))];
  const why = texts.standsIn(owner_why, name(channelOnWait(config, wait.channel)?.owner ?? owner));
  return why === null ? [] : [why];
}

/** A person's name by id; a colleague whom the config does not know by the name that the channel gave. */
export function nameOf(id: string, config: Config, texts: Texts): string {
  const ours = config.people.get(id)?.name;
  if (ours !== undefined) return ours;
  if (id === 'admin') return texts.admin;
  return id === 'unknown' ? texts.somebody : id;
}
