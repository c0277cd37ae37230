import type { Directory } from './directory.tsx';
import type { Texts } from './texts.ts';
import type { Locale, TimelineItem } from './wire.ts';
import { digits, lateness, timeOfDay } from './wording.ts';

export type StoryTone =
  | 'client'
  | 'reply'
  | 'machine'
  | 'step'
  | 'ping'
  | 'failed'
  | 'act'
  | 'correction'
  | 'closed'
  | 'other';

interface StoryLine {
  readonly at: string;
  readonly tone: StoryTone;
  readonly title: string;
  /** Small print. */
  readonly note: string | null;
  /** What was said. */
  readonly quote: string | null;
}

interface Narrator {
  readonly texts: Texts;
  readonly locale: Locale;
  readonly directory: Pick<Directory, 'personName'>;
}

const string = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
const number = (value: unknown): number | null => (typeof value === 'number' ? value : null);

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

/** An unknown key is shown as it is. */
function word(words: Readonly<Record<string, string>>, key: string | null): string | null {
  return key === null ? null : (words[key] ?? key);
}

function joined(parts: readonly (string | null)[]): string | null {
  return parts.filter((part) => part !== null).join(', ') || null;
}

function lateNote(item: TimelineItem, { texts, locale }: Narrator): string | null {
  const lateMs = number(item.late_ms) ?? 0;
  return lateMs < 1_000
    ? null
    : joined([texts.lateBy(lateness(lateMs, locale)), word(texts.lateReason, string(item.late_reason))]);
}

/** A name, a person's id, or the channel's author record. */
function authorName(author: unknown, { directory }: Narrator): string | null {
  const named = string(author) ?? string(field(author, 'name')) ?? string(field(author, 'id'));
  return named === null ? null : directory.personName(named);
}

type Told = Omit<StoryLine, 'at'>;

function tellCall(item: TimelineItem, narrator: Narrator): Told {
  const { texts, locale } = narrator;
  const { story } = texts;
  const incoming = field(item.call, 'direction') !== 'out';
  const talk = number(field(item.call, 'talk_seconds')) ?? number(field(item.call, 'talkSeconds')) ?? 0;
  const state =
    word(story.callOutcome, string(field(item.call, 'outcome'))) ??
    word(story.callPhase, string(field(item.call, 'phase')));
  return {
    tone: incoming ? 'client' : 'reply',
    title: incoming ? story.callIn : story.callOut,
    note: joined([
      state,
      talk > 0 ? story.talk(digits(talk, locale)) : null,
      item.side === 'employee' ? authorName(item.author, narrator) : null,
    ]),
    quote: null,
  };
}

function tellEvent(item: TimelineItem, narrator: Narrator): Told {
  const { story } = narrator.texts;
  const quote = string(item.text);
  const author = authorName(item.author, narrator);
  if (item.kind === 'call') return tellCall(item, narrator);
  if (item.kind === 'deletion') {
    return item.side === 'client'
      ? { tone: 'client', title: story.deleted, note: null, quote: null }
      : { tone: 'machine', title: story.deletedBySomebody, note: story.deletedNote, quote: null };
  }
  if (item.kind === 'bounce')
    return { tone: 'machine', title: story.bounced, note: story.bouncedNote, quote: null };
  if (item.kind === 'decision')
    return { tone: 'act', title: story.noReply(author ?? story.employee), note: null, quote: null };
  switch (item.side) {
    case 'client':
      return {
        tone: 'client',
        title: item.kind === 'comment' ? story.clientCommented : story.clientWrote,
        note: null,
        quote,
      };
    case 'employee':
      return { tone: 'reply', title: story.employeeWrote(author ?? story.employee), note: null, quote };
    case 'bot':
      return { tone: 'machine', title: story.botWrote, note: story.botNote, quote };
    default:
      return { tone: 'reply', title: story.unknownWrote, note: null, quote };
  }
}

function tellStep(item: TimelineItem, narrator: Narrator): Told {
  const { texts, directory } = narrator;
  const recipients = Array.isArray(item.recipients)
    ? item.recipients.map((id) => directory.personName(String(id)))
    : [];
  return {
    tone: 'step',
    title: joined([word(texts.story.step, string(item.stage)) ?? texts.story.step.waiting]) ?? '',
    note: joined([
      ...recipients,
      item.skipped === true ? texts.story.stepSkipped : null,
      lateNote(item, narrator),
    ]),
    quote: null,
  };
}

function tellNotice(item: TimelineItem, narrator: Narrator): Told {
  const { texts, directory } = narrator;
  return {
    tone: item.state === 'failed' ? 'failed' : 'ping',
    title: texts.story.ping(directory.personName(string(item.recipient) ?? '?')),
    note: joined([
      word(texts.transport, string(item.transport)),
      word(texts.noticeState, string(item.state)),
      lateNote(item, narrator),
    ]),
    quote: null,
  };
}

function tellPassedOver(item: TimelineItem, { texts, directory }: Narrator): Told {
  const asked = Array.isArray(item.instead) ? item.instead.map(String) : [];
  const instead = asked.filter((id) => id !== item.person).map((id) => directory.personName(id));
  const nobody = asked.length > 0 ? texts.story.toldLater : texts.story.nobodyInstead;
  return {
    tone: 'failed',
    title: texts.story.passedOver(directory.personName(string(item.person) ?? '?')),
    note: instead.length > 0 ? texts.story.askedInstead(instead.join(', ')) : nobody,
    quote: null,
  };
}

function tellAct(item: TimelineItem, action: string, narrator: Narrator): Told {
  const { texts, directory } = narrator;
  const by = directory.personName(string(item.by) ?? texts.story.employee);
  const note = string(item.reason) ?? string(item.note);
  const title = () => {
    switch (action.replaceAll('-', '_')) {
      case 'take':
        return texts.story.took(by);
      case 'release':
        return texts.story.released(by);
      case 'call':
        return texts.story.called(by);
      case 'call_refused':
        return texts.story.callRefused(by);
      case 'call_unknown':
        return texts.story.callUnknown(by);
      case 'hand_over':
        return texts.story.handedOver(by, directory.personName(string(item.to) ?? '?'));
      case 'hand_back':
        return texts.story.handedBack(
          directory.personName(string(item.from) ?? '?'),
          directory.personName(string(item.to) ?? '?'),
        );
      case 'owner_left':
        return texts.story.ownerLeft(
          directory.personName(string(item.from) ?? '?'),
          directory.personName(string(item.to) ?? '?'),
        );
      case 'no_reply_needed':
        return texts.story.noReply(by);
      case 'dispute':
        return texts.story.disputed(by);
      case 'dispute_accepted':
        return texts.story.disputeAccepted(by);
      case 'dispute_rejected':
        return texts.story.disputeRejected(by);
      case 'lease_ended':
        return texts.story.leaseEnded;
      default:
        return `${by}: ${action}`;
    }
  };
  return { tone: 'act', title: title(), note, quote: null };
}

function tellCorrection(item: TimelineItem, { texts, locale }: Narrator): Told {
  const shown = (value: unknown) => {
    if (value === null || value === undefined) return texts.story.nothing;
    const text = String(value);
    return /^\d{4}-\d\d-\d\dT/.test(text)
      ? timeOfDay(text, Date.parse(item.at), locale)
      : (word(texts.outcome, text) ?? text);
  };
  return {
    tone: 'correction',
    title: texts.story.corrected(word(texts.story.field, string(item.field)) ?? ''),
    note: joined([
      texts.story.change(shown(item.from), shown(item.to)),
      word(texts.story.correctionReason, string(item.reason)),
    ]),
    quote: null,
  };
}

function tellClosed(item: TimelineItem, { texts, locale, directory }: Narrator): Told {
  const by = string(item.answered_by) ?? string(item.by);
  const seconds = number(item.response_seconds);
  return {
    tone: 'closed',
    title: word(texts.outcome, string(item.outcome)) ?? texts.tabs.closed,
    note: joined([
      by === null ? null : directory.personName(by),
      seconds === null ? null : texts.responseIn(digits(seconds, locale)),
    ]),
    quote: null,
  };
}

function told(item: TimelineItem, narrator: Narrator): Told {
  switch (item.type) {
    case 'event':
      return tellEvent(item, narrator);
    case 'step':
      return tellStep(item, narrator);
    case 'notice':
      return tellNotice(item, narrator);
    case 'passed_over':
      return tellPassedOver(item, narrator);
    case 'correction':
      return tellCorrection(item, narrator);
    case 'closed':
      return tellClosed(item, narrator);
    case 'act':
    case 'take':
    case 'hand_over':
    case 'no_reply_needed':
      return tellAct(item, string(item.action) ?? item.type, narrator);
    default:
      return {
        tone: 'other',
        title: item.type.replaceAll('_', ' '),
        note: string(item.reason) ?? string(item.text),
        quote: null,
      };
  }
}

/** Unknown types are shown by their name, not dropped. */
export function tell(item: TimelineItem, narrator: Narrator): StoryLine {
  return { at: item.at, ...told(item, narrator) };
}
