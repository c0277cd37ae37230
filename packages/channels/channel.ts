import type { ChannelConfig } from '@otklik/config';
import type { EpochMs, Event, Privacy } from '@otklik/domain';

/** One HTTP request at `/hooks/{channel}`, before anything of it is believed. */
export interface HookRequest {
  /** Lower-case names, as Node gives them. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  readonly receivedAt: EpochMs;
}

/** One thing wrong with a body, and where: an RFC 6901 pointer such as `/3/from/side` (`` is the whole body). */
export interface Fault {
  readonly path: string;
  readonly message: string;
}

export interface HookAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** What came in by one delivery: what clients and employees did, and what our own people pressed or wrote to our bot. */
export interface Delivery {
  readonly events: readonly Event[];
  readonly staff: readonly StaffUpdate[];
}

export type Received =
  | {
      readonly outcome: 'accepted';
      readonly delivery: Delivery;
      /** Why the body is kept for a person to look at besides: it could not be understood in full. */
      readonly quarantine: string | null;
      /** The reply that the provider wants, once the delivery is on disk. */
      readonly answer: (kept: { accepted: number; duplicates: number }) => HookAnswer;
    }
  | {
      readonly outcome: 'refused';
      readonly status: 400 | 401;
      /** For the metric `otklik_events_rejected_total{reason}`: few fixed words. */
      readonly reason: 'signature' | 'stale' | 'encoding' | 'json' | 'schema' | 'time';
      readonly title: string;
      readonly detail: string;
      readonly faults: readonly Fault[];
    };

/** One of our own people, in our bot's private chat. `from` and `chat` are Telegram ids. */
export type StaffUpdate = {
  readonly account: string;
  readonly updateId: number;
  readonly from: number;
  readonly chat: number;
  readonly at: EpochMs;
  readonly receivedAt: EpochMs;
} & (
  | {
      readonly kind: 'press';
      readonly callbackId: string;
      readonly message: number | null;
      readonly data: string;
    }
  | {
      readonly kind: 'words';
      readonly message: number;
      /** The message that this one answers (a ping), or null. */
      readonly replyTo: number | null;
      /** null when it is a picture, a voice message and the like. */
      readonly text: string | null;
    }
);

/** What a listener needs of the world. All of it is given by the ingest service. */
export interface ListenerWorld {
  /** Resolves when the delivery is durable. Rejects when it could not be kept: then the listener must not confirm it to the provider. */
  deliver(delivery: Delivery): Promise<void>;
  /** The place up to which the provider's feed is durably ours; null at the very first start. */
  loadCursor(): Promise<string | null>;
  saveCursor(cursor: string): Promise<void>;
  /** Called whenever it changes. `caughtUp` is true once an empty (or short) batch was read since the start: before that no alarm is raised (law 7). */
  report(state: ListenerState): void;
  /** A body that normalising could not understand is kept for a person to look at, never dropped. Resolves when durable. */
  quarantine(body: unknown, reason: string): Promise<void>;
  now(): EpochMs;
  log: {
    info(about: object, text: string): void;
    warn(about: object, text: string): void;
    error(about: object, text: string): void;
  };
}

export interface ListenerState {
  readonly up: boolean;
  readonly caughtUp: boolean;
  /** Why it is down, for a person; no secrets. */
  readonly problem: string | null;
}

/** A live connection to a provider. `done` resolves after `stop`, when nothing of it runs any more. */
export interface Listener {
  stop(): void;
  readonly done: Promise<void>;
}

/** What a channel kind must have. Adding a kind is adding a folder with one such value. */
export interface Channel<Config extends ChannelConfig = ChannelConfig> {
  readonly kind: Config['kind'];
  /** Verify and normalise one webhook body. Pure but for the config's secrets; never throws for bad input. */
  receive(config: Config, request: HookRequest, privacy: Privacy): Received;
  /** Sends an employee's words to the client in `thread`. Absent where the channel cannot. */
  send?(config: Config, thread: string, text: string): Promise<Sent>;
}

/** What became of one call to a provider. `retry` is worth trying again after `afterMs`; `refused` is not. */
export type Sent =
  | { readonly outcome: 'sent'; readonly id: string; readonly at: EpochMs }
  | { readonly outcome: 'retry'; readonly afterMs: number | null; readonly problem: string }
  | { readonly outcome: 'refused'; readonly problem: string };
