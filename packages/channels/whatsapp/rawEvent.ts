/** What the library tells us of a live session, in our own words: nothing outside baileys/ knows the library. */
export type RawWaEvent =
  | { readonly type: 'message'; readonly message: RawWaMessage }
  | { readonly type: 'call'; readonly call: RawWaCall }
  /** These two addresses are one person. */
  | { readonly type: 'alias'; readonly lid: string; readonly pn: string }
  /** Not linked yet: what the QR code to scan says. */
  | { readonly type: 'qr'; readonly payload: string }
  /** A person has just linked us. WhatsApp closes the connection next, to be opened anew. */
  | { readonly type: 'linked' }
  | { readonly type: 'open'; readonly self: WaSelf }
  /** The server has sent everything that came while we were away; the library may still be working it off. */
  | { readonly type: 'drained' };

/** Our own account's addresses. */
export interface WaSelf {
  readonly pn: string | null;
  readonly lid: string | null;
}

export interface RawWaMessage {
  /** The chat, and its other address where the stanza tells it. May carry a device. */
  readonly chat: string;
  readonly chatAlt: string | null;
  /** Who wrote in a group. */
  readonly participant: string | null;
  readonly participantAlt: string | null;
  /** Whether the account wrote it, on any of its devices. */
  readonly fromMe: boolean;
  readonly id: string;
  /** Seconds since 1970; null when the stanza has none. */
  readonly sentAt: number | null;
  readonly pushName: string | null;
  /** Came from the queue of what we missed. */
  readonly wasQueued: boolean;
  /** Not from the server but re-sent by our telephone on request. */
  readonly isResent: boolean;
  /** It came, and could not be decrypted (yet). */
  readonly isUndecrypted: boolean;
  /** Null for stubs, and for what could not be decrypted. */
  readonly content: RawWaContent | null;
  /** Where its plaintext is kept until the event is durable, or null. */
  readonly journal: string | null;
}

export type RawWaContent =
  /** `text`: null when something else was said than words; empty when nothing was. */
  | { readonly kind: 'speech'; readonly text: string | null }
  /** `of` was taken back by whoever wrote this. `by` is the author of `of`, where it is another one (an admin's). */
  | { readonly kind: 'revoke'; readonly of: string; readonly by: string | null; readonly ofMe: boolean }
  | { readonly kind: 'reaction'; readonly emoji: string }
  /** Edits, votes, pins, keys, settings: says nothing of who waits for whom. */
  | { readonly kind: 'silent' }
  /** Nothing in it that the library knows. */
  | { readonly kind: 'strange' };

export interface RawWaCall {
  readonly id: string;
  /** Who called. */
  readonly from: string;
  readonly pn: string | null;
  readonly isGroup: boolean;
  readonly sentAt: number | null;
  readonly wasQueued: boolean;
  readonly phase: 'ringing' | 'answered' | 'missed';
}
