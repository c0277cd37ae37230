/** A library event in our own types: only baileys/ knows the library. */
export type RawWaEvent =
  | { readonly type: 'message'; readonly message: RawWaMessage }
  | { readonly type: 'call'; readonly call: RawWaCall }
  /** Both addresses are one person. */
  | { readonly type: 'alias'; readonly lid: string; readonly pn: string }
  /** Not linked yet: the content of the QR code. */
  | { readonly type: 'qr'; readonly payload: string }
  /** WhatsApp closes the connection next, to be reopened. */
  | { readonly type: 'linked' }
  | { readonly type: 'open'; readonly self: WaSelf }
  /** The server has sent the backlog; the library may still work on it. */
  | { readonly type: 'drained' };

export interface WaSelf {
  readonly pn: string | null;
  readonly lid: string | null;
}

export interface RawWaMessage {
  /** The chat; may include a device. */
  readonly chat: string;
  readonly chatAlt: string | null;
  /** The author in a group. */
  readonly participant: string | null;
  readonly participantAlt: string | null;
  /** Written by the account, on any device. */
  readonly fromMe: boolean;
  readonly id: string;
  /** Seconds since 1970; null when the stanza has none. */
  readonly sentAt: number | null;
  readonly pushName: string | null;
  /** It came from the backlog. */
  readonly wasQueued: boolean;
  /** Re-sent by our telephone on request. */
  readonly isResent: boolean;
  readonly isUndecrypted: boolean;
  /** null for stubs and undecrypted messages. */
  readonly content: RawWaContent | null;
  /** Its journal entry until the event is durable. */
  readonly journal: string | null;
}

export type RawWaContent =
  /** `text`: null for other content; empty for none. */
  | { readonly kind: 'speech'; readonly text: string | null }
  /** `by`: the author of `of` if another (an admin's deletion). */
  | { readonly kind: 'revoke'; readonly of: string; readonly by: string | null; readonly ofMe: boolean }
  | { readonly kind: 'reaction'; readonly emoji: string }
  /** Edits, votes, pins, keys, settings: nobody waits. */
  | { readonly kind: 'silent' }
  /** Content that the library does not know. */
  | { readonly kind: 'strange' };

export interface RawWaCall {
  readonly id: string;
  readonly from: string;
  readonly pn: string | null;
  readonly isGroup: boolean;
  readonly sentAt: number | null;
  readonly wasQueued: boolean;
  readonly phase: 'ringing' | 'answered' | 'missed';
}
