import type { EpochMs } from './time.ts';

/** Who did it. `bot` is any machine: auto-replies, away messages, bounces; `unknown` is a human whom the channel does not name. */
export type Side = 'client' | 'employee' | 'bot' | 'unknown';

/** The person or machine behind an event, as far as the channel tells. */
export interface Author {
  /** What the channel knows them by (chat id, address, number), or null. */
  readonly id: string | null;
  readonly name: string | null;
  /** E.164 with the plus sign. Only numbers that the provider attests. */
  readonly phone: string | null;
  /** Only addresses that are proven, as {@link Author.phone} is. */
  readonly email: string | null;
  /** What the client merely says of themselves (a form's field, an unproven From): shown, and joins nobody by itself (law 3). */
  readonly typed?: Typed;
}

export interface Typed {
  /** E.164 */
  readonly phone: string | null;
  readonly email: string | null;
}

/** (channel, id) is the identity of an event: law 1. */
interface Happening {
  readonly channel: string;
  /** The provider's id, unique within the channel. */
  readonly id: string;
  /** Where the client waits for the answer: a chat, a mail thread, a comment under a post, a phone number. */
  readonly thread: string;
  readonly side: Side;
  readonly author: Author;
  /** When it happened, by the provider's clock, never later than `receivedAt` (law 5). */
  readonly at: EpochMs;
  /** Whether `at` is the provider's time or, where the provider gives none, that of our receipt. */
  readonly atSource: 'provider' | 'arrival';
  readonly receivedAt: EpochMs;
  /** Its place among what was received together (a body, a page of a list, oldest first); 0 when left out. Breaks ties. */
  readonly receivedIndex?: number;
  /** The provider's own order within the thread, where it has one: puts ties of one-second clocks right. */
  readonly seq: number | null;
}

/** What the words of a message amount to, judged before privacy cuts them. */
export interface Wording {
  /** Nothing can be seen of it, and nothing is attached: said by one of ours, it is no answer. Left out of all others. */
  readonly empty?: true;
  /** Nothing but a nod: «+», «ок», “noted”. */
  readonly formal: boolean;
  /** Nothing but a farewell or thanks: «спасибо!», “bye”. */
  readonly farewell: boolean;
  /** Whether it asks to be excused. */
  readonly apology: boolean;
  /** Whether it thanks for waiting or patience; thanks for anything else are none. */
  readonly thanks: boolean;
}

/** What a conversation is about beside its words: an advertisement, a mail's subject. The waits do not depend on it. */
export interface Subject {
  readonly title: string;
  /** Opens the advertisement itself, not the chat. */
  readonly link: string | null;
}

export interface Message extends Happening {
  readonly kind: 'message' | 'comment';
  readonly subject?: Subject;
  /** What was said, already cut down to what `privacy.text` allows. */
  readonly text: string | null;
  /** null when nothing was said in words, but something else was. */
  readonly wording: Wording | null;
  /** A link that opens the chat for an employee. */
  readonly link: string | null;
}

export type CallDirection = 'in' | 'out';
export type CallPhase = 'ringing' | 'answered' | 'ended';
/** `not_dialled`: the colleague who was to be put through did not pick up, so that the client’s telephone never rang. */
export type CallOutcome = 'answered' | 'missed' | 'no_answer' | 'busy' | 'failed' | 'not_dialled';

/** One phase of a call. Each phase is an event of its own (`c-9/ringing`); `call.id` (`c-9`) joins them. */
export interface Call extends Happening {
  readonly kind: 'call';
  readonly subject?: Subject;
  readonly call: {
    readonly id: string;
    /** The telephone or stretch of the call that this phase is about, where the provider tells of each by itself and of the whole nothing. */
    readonly leg?: string;
    /** A number that passes its calls on to a line of the company's: another channel may tell the same call. */
    readonly passedOn?: true;
    /** Nobody has been on the line yet: the number is what somebody typed to be called back. */
    readonly numberTyped?: true;
    readonly direction: CallDirection;
    readonly phase: CallPhase;
    readonly outcome: CallOutcome | null;
    readonly talkSeconds: number;
  };
  readonly text: null;
  readonly link: string | null;
}

/** A message was taken back: by the client, who then needs no answer, or by our side, whose answer it then was not. */
export interface Deletion extends Happening {
  readonly kind: 'deletion';
  /** The provider's id of the deleted event, on the same channel. */
  readonly of: string;
}

/** The provider says that a message of ours never reached the client: then it was no answer. */
export interface Bounce extends Happening {
  readonly kind: 'bounce';
  /** The provider's id of that message, on the same channel. */
  readonly of: string;
}

/** A dialogue was closed, or somebody reacted (👍): no turn of a client's, and an answer only where the policy says so. */
export interface Gesture extends Happening {
  readonly kind: 'closing' | 'reaction';
}

/** A person's decision that a turn needs no reply (clause S5). Ours, not a provider's; part of the same history so that law 2 holds. */
export interface Decision extends Happening {
  readonly kind: 'decision';
  readonly decision: 'no_reply_needed';
}

export type Event = Message | Call | Deletion | Bounce | Gesture | Decision;
export type EventKind = Event['kind'];
