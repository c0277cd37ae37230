import type { Dispute } from './pages/wire.ts';

/** What the board's API sends and takes (/api/v1/openapi.json). Times are ISO strings, null when absent. */

type Iso = string;
export type Locale = 'ru' | 'en';
export type Role = 'admin' | 'head' | 'owner' | 'ops';
export type Stage = 'waiting' | 'warned' | 'breached';
export type Outcome = 'answered' | 'attempted' | 'self_served' | 'no_reply_needed' | 'withdrawn';
export type WaitKind = 'message' | 'comment' | 'call';

export interface Me {
  readonly name: string;
  readonly role: Role;
  /** The id of the person in otklik.yaml, or null for one who is not in it. */
  readonly person: string | null;
  readonly locale: Locale;
  readonly demo: boolean;
  readonly version: string;
  /** The server's clock at the moment of the answer. */
  readonly now: Iso;
  /** A year, now or soon, whose moved days off this version does not know; told to whoever can mend it. */
  readonly unknown_year?: number | null;
}

export interface Wait {
  readonly id: string;
  /** The client's name as the channel tells it, or a caller's number; null: nobody knows either. */
  readonly client: string | null;
  readonly client_id: string;
  readonly channel: string;
  readonly thread: string;
  /** Other channels on which the client has asked meanwhile. */
  readonly also_on: readonly string[];
  readonly owner: string;
  /** The person whom the chain asks now. */
  readonly asked: string;
  readonly opened_at: Iso;
  readonly warn_at: Iso;
  readonly breach_at: Iso;
  readonly warned_at: Iso | null;
  readonly breached_at: Iso | null;
  /** When a call of the client's in it ended without a conversation. */
  readonly missed_at: Iso | null;
  readonly closed_at: Iso | null;
  readonly outcome: Outcome | null;
  readonly answered_by: string | null;
  readonly answered_via: string | null;
  readonly response_seconds: number | null;
  readonly after_hours: boolean;
  /** Seconds that nobody could see: our outage or the provider's delay. */
  readonly late_delivered: number;
  readonly etiquette: {
    readonly late: boolean;
    readonly apology: boolean | null;
    readonly thanks: boolean | null;
  } | null;
  readonly taken_by: string | null;
  readonly taken_until: Iso | null;
  /** Absent from an older server. */
  readonly hand_over?: { readonly to: string; readonly state: string } | null;
  readonly stage: Stage;
  readonly next_step_at: Iso | null;
  /** The first words, as far as `privacy.text` keeps them. */
  readonly text: string | null;
  /** Opens the chat for an employee. */
  readonly link: string | null;
  /** What the conversation is about; absent from an older server. */
  readonly subject?: { readonly title: string; readonly link: string | null } | null;
  readonly kind: WaitKind;
  /** Opened before its channel was watched: nobody is pinged. Absent from an older server. */
  readonly history?: boolean;
}

/** One line of a wait's history. Read field by field: a newer server may send types that this page does not know. */
export interface TimelineItem {
  readonly at: Iso;
  readonly type: string;
  readonly [field: string]: unknown;
}

export interface WaitWithTimeline extends Wait {
  readonly dispute: Dispute | null;
  /** When later knowledge made it part of another wait; null: it is one of its own. */
  readonly voided_at: string | null;
  /** By which line whoever looks can call the client, and which telephone of theirs rings first; null: they cannot. */
  /** The number that an open wait's client gave, where none is proven. */
  readonly typed_phone: string | null;
  readonly call_back: { readonly channel: string; readonly from: string } | null;
  readonly timeline: readonly TimelineItem[];
}

export interface Channel {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly owner: string;
  readonly deputies: readonly string[];
  readonly head: string | null;
  readonly warn_seconds: number;
  readonly breach_seconds: number;
  /** null: nothing known yet. */
  readonly up: boolean | null;
  readonly problem: string | null;
  /** What it cannot see although it is up. */
  readonly gaps: readonly string[];
  readonly last_event_at: Iso | null;
  /** Since when nothing has come, against its own rhythm. */
  readonly silent_since: Iso | null;
  readonly usual_per_hour: number | null;
  /** What nobody has looked at. */
  readonly kept_aside: number;
  /** Since when otklik.yaml no longer names it; null while it does. */
  readonly gone_since: Iso | null;
  /** Of a channel that is gone: how many clients wait there. */
  readonly open_waits: number | null;
}

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly away: boolean;
  /** When «Я отошёл» ends; null for an absence of days. */
  readonly away_until: Iso | null;
  /** Whether their Telegram account is known. */
  readonly linked: boolean;
  /** Whether a ping reaches them by anything; absent from an older server. */
  readonly reachable?: boolean;
}

/** A way by which pings go out, and whether it takes us. */
export interface Transport {
  readonly transport: string;
  readonly up: boolean;
  readonly problem: string | null;
}

/** People, and how well Otklik reaches them. What is about reach is absent from an older server. */
export interface People {
  readonly items: readonly Person[];
  readonly transports?: readonly Transport[];
  /** Clients who wait now and of whom nobody could be told. */
  readonly unheard_waits?: number;
}

export type NoticeState = 'pending' | 'sending' | 'sent' | 'failed' | 'cancelled';

export interface Notice {
  readonly id: string;
  readonly at: Iso;
  readonly wait: string;
  readonly client: string | null;
  readonly channel: string;
  readonly recipient: string;
  readonly transport: string;
  readonly step: number;
  readonly stage: Stage;
  readonly late_ms: number;
  readonly late_reason: string | null;
  readonly state: NoticeState;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

export interface ChannelHealth
  extends Pick<Channel, 'up' | 'problem' | 'gaps' | 'silent_since' | 'usual_per_hour' | 'kept_aside'> {
  readonly channel: string;
}
