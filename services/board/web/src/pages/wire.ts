/** What the pages beside the board send and take (the API of the same names). */

type Iso = string;

export interface OwnerRow {
  readonly owner: string;
  readonly waits: number;
  readonly answered: number;
  readonly in_time: number;
  readonly judged: number;
  readonly breached: number;
  readonly late_delivered: number;
  readonly excused: number;
  readonly p50: number | null;
  readonly formal: number;
  readonly no_reply_needed: number;
  readonly after_hours_answered: number;
  readonly late_replies: number;
  readonly apologised: number;
}

export interface ChannelRow {
  readonly group: string;
  readonly waits: number;
  readonly answered: number;
  readonly in_time: number;
  readonly judged: number;
  readonly p50: number | null;
  readonly p90: number | null;
}

/** A time in which a channel could not be seen. */
export interface BlindSpan {
  readonly channel: string;
  readonly from: Iso;
  readonly to: Iso;
  readonly seconds: number;
  /** null: the program was not running. */
  readonly why: string | null;
}

export interface Dispute {
  readonly by: string;
  readonly reason: string;
  readonly at: Iso;
  readonly decided_by: string | null;
  readonly accepted: boolean | null;
  readonly note: string | null;
  readonly excused_seconds: number | null;
}

export interface Client {
  readonly id: string;
  readonly name: string | null;
  readonly channels: readonly string[];
  readonly phone: string | null;
  readonly email: string | null;
  /** As the client typed it: nobody vouches for it. */
  readonly typed_phone: string | null;
  readonly typed_email: string | null;
  readonly last_event_at: Iso | null;
  readonly open_waits: number;
}

export interface Suggestion {
  readonly a: Client;
  readonly b: Client;
  readonly reason: 'same_name' | 'shared_handle' | 'typed_handle';
  readonly value: string;
}

export interface Join {
  readonly id: string;
  readonly a: Client;
  readonly b: Client;
  readonly reason: 'phone' | 'email' | 'person';
  readonly value: string | null;
  readonly by: string | null;
  readonly at: Iso;
  readonly undone_at: Iso | null;
  readonly undone_by: string | null;
  /** Made by a handle that nobody vouches for. */
  readonly to_review: boolean;
}

export interface SimulatedTotals {
  readonly waits: number;
  readonly breaches: number;
  readonly within_breach: number | null;
  readonly pings: number;
  readonly held: number;
  readonly people: readonly {
    readonly person: string;
    readonly name: string;
    readonly pings: number;
    readonly night: number;
  }[];
  readonly channels: readonly {
    readonly channel: string;
    readonly waits: number;
    readonly breaches: number;
  }[];
}

export interface Simulation {
  readonly recorded: SimulatedTotals;
  readonly current: SimulatedTotals;
  readonly proposed: SimulatedTotals;
}

/** One step of a channel's test. */
export interface TestedStep {
  readonly ok: boolean;
  readonly said: { readonly ru: string; readonly en: string };
}

/** What of a channel was kept aside: it counts as nothing. */
export interface KeptAside {
  readonly id: number;
  readonly at: Iso;
  /** Technical, in English. */
  readonly reason: string;
  readonly why: 'not_understood' | 'unproven';
  readonly seen_at: Iso | null;
  readonly mail: {
    readonly from: string | null;
    readonly to: readonly string[];
    readonly subject: string | null;
    readonly at: Iso | null;
  } | null;
}

export interface KeptAsideList {
  readonly items: readonly KeptAside[];
  /** How much of all there is waits to be read again. */
  readonly waiting: number;
  /** How much of all there is was not understood. */
  readonly left: number;
}

/** What came of a test message by one way. */
export interface Checked {
  readonly transport: string | null;
  readonly outcome: 'sent' | 'refused' | 'closed' | 'failed' | 'no_way';
  readonly said: { readonly ru: string; readonly en: string };
}
