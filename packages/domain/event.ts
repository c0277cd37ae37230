import type { EpochMs } from './time.ts';

/** `bot`: any machine (auto-replies, away messages, bounces). `unknown`: a human whom the channel does not name. */
export type Side = 'client' | 'employee' | 'bot' | 'unknown';

export interface Author {
  /** As the channel knows them: a chat id, an address, a number. */
  readonly id: string | null;
  readonly name: string | null;
  /** E.164. Only attested by the provider. */
  readonly phone: string | null;
  /** Only proven addresses. */
  readonly email: string | null;
  /** Said by the client (a form's field, an unproven From): shown, joins nobody (law 3). */
  readonly typed?: Typed;
}

export interface Typed {
  /** E.164 */
  readonly phone: string | null;
  readonly email: string | null;
}

/** (channel, id) identifies an event (law 1). */
interface Happening {
  readonly channel: string;
  /** The provider's, unique within the channel. */
  readonly id: string;
  /** A chat, a mail thread, a comment under a post, a phone number. */
  readonly thread: string;
  readonly side: Side;
  readonly author: Author;
  /** The provider's time, never after `receivedAt` (law 5). */
  readonly at: EpochMs;
  /** `arrival`: the provider gives no time, so `at` is our receipt. */
  readonly atSource: 'provider' | 'arrival';
  readonly receivedAt: EpochMs;
  /** Place in a body or page, oldest first; default 0. Breaks ties. */
  readonly receivedIndex?: number;
  /** The provider's order within the thread. Breaks ties of one-second clocks. */
  readonly seq: number | null;
}

/** Judged before privacy cuts the words. */
export interface Wording {
  /** Nothing visible, nothing attached: no answer. Absent otherwise. */
  readonly empty?: true;
  /** Only a nod: «+», «ок», “noted”. */
  readonly formal: boolean;
  /** Only a farewell or thanks: «спасибо!», “bye”. */
  readonly farewell: boolean;
  readonly apology: boolean;
  /** Thanks for waiting or patience, not for anything else. */
  readonly thanks: boolean;
}

/** Of a conversation: an advertisement, a mail's subject. Waits do not depend on it. */
export interface Subject {
  readonly title: string;
  /** Opens the advertisement, not the chat. */
  readonly link: string | null;
}

export interface Message extends Happening {
  readonly kind: 'message' | 'comment';
  readonly subject?: Subject;
  /** Already cut to what `privacy.text` allows. */
  readonly text: string | null;
  /** null without words. */
  readonly wording: Wording | null;
  /** Opens the chat for an employee. */
  readonly link: string | null;
}

export type CallDirection = 'in' | 'out';
export type CallPhase = 'ringing' | 'answered' | 'ended';
/** `not_dialled`: the colleague to connect did not pick up; the client's phone never rang. */
export type CallOutcome = 'answered' | 'missed' | 'no_answer' | 'busy' | 'failed' | 'not_dialled';

/** Each phase is an event (`c-9/ringing`); `call.id` (`c-9`) joins them. */
export interface Call extends Happening {
  readonly kind: 'call';
  readonly subject?: Subject;
  readonly call: {
    readonly id: string;
    /** The phone or stretch of this phase, where the provider tells only legs. */
    readonly leg?: string;
    /** A forwarding number: the line behind it may tell the same call. */
    readonly passedOn?: true;
    /** Typed for a call back; nobody was on the line yet. */
    readonly numberTyped?: true;
    readonly direction: CallDirection;
    readonly phase: CallPhase;
    readonly outcome: CallOutcome | null;
    readonly talkSeconds: number;
  };
  readonly text: null;
  readonly link: string | null;
}

/** Taken back: a client's message needs no answer then, and ours was none. */
export interface Deletion extends Happening {
  readonly kind: 'deletion';
  /** The deleted event, on the same channel. */
  readonly of: string;
}

/** A message of ours never reached the client: no answer. */
export interface Bounce extends Happening {
  readonly kind: 'bounce';
  /** That message, on the same channel. */
  readonly of: string;
}

/** A closed dialogue or a reaction (👍): no client's turn, an answer only by policy. */
export interface Gesture extends Happening {
  readonly kind: 'closing' | 'reaction';
}

/** A person decided that a turn needs no reply (clause S5). An event for the sake of law 2. */
export interface Decision extends Happening {
  readonly kind: 'decision';
  readonly decision: 'no_reply_needed';
}

export type Event = Message | Call | Deletion | Bounce | Gesture | Decision;
export type EventKind = Event['kind'];
