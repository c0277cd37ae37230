import type { ChannelBase, Config, ConfigKind } from '@otklik/config';
import type { EpochMs, Event, EventKey, LocalizedText } from '@otklik/domain';
import type { Attached, Carries, OutgoingFile } from './files.ts';

/** An unverified request at `/hooks/{channel}`. */
export interface HookRequest {
  /** The path after the channel's id, such as `/events/call`; may be empty. */
  readonly path: string;
  readonly query: Readonly<Record<string, unknown>>;
  /** Lower-case names, as in Node. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  readonly receivedAt: EpochMs;
}

/** A channel's key-value memory in the database, shared by all processes. The channel chooses keys and values. */
export interface Memory {
  /** Unknown names are absent. */
  recall(names: readonly string[]): Promise<Map<string, string>>;
  /** Everything whose name begins so. */
  recallAll(prefix: string): Promise<Map<string, string>>;
  /** All or nothing; null forgets. Resolves when durable. */
  remember(values: ReadonlyMap<string, string | null>, term: MemoryTerm): Promise<void>;
  /**
   * Stores what is not there yet, in one step, and resolves with what is there now: concurrent deliveries decide
   * alike.
   */
  claim(values: ReadonlyMap<string, string>, term: MemoryTerm): Promise<Map<string, string>>;
}

/** `account`: until forgotten by name. `history`: as long as `privacy.keep_events` keeps the events. */
export type MemoryTerm = 'account' | 'history';

export interface HookDeps {
  readonly config: Config;
  readonly memory: Memory;
  /** The memory of another channel: some providers post several accounts to one address. */
  memoryOf(channel: string): Memory;
}

/** One thing wrong with a body. `path` is an RFC 6901 pointer such as `/3/from/side`, empty for the whole body. */
export interface Fault {
  readonly path: string;
  readonly message: string;
}

export interface HookAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** What one request or batch brought. `staff`: what our own people wrote to our bot or pressed. */
export interface Delivery {
  readonly events: readonly Event[];
  readonly staff: readonly FromStaff[];
}

export type Received =
  | {
      readonly outcome: 'accepted';
      readonly delivery: Delivery;
      /** Why a person should look at the body; null: it was understood. */
      readonly quarantine: string | null;
      /** The provider's response, once the delivery is on disk. */
      readonly answer: (kept: { accepted: number; duplicates: number }) => HookAnswer;
    }
  | {
      readonly outcome: 'refused';
      readonly status: 400 | 401;
      /** For `otklik_events_rejected_total{reason}`: few fixed words. */
      readonly reason: 'signature' | 'stale' | 'encoding' | 'json' | 'schema' | 'time';
      readonly title: string;
      readonly detail: string;
      readonly faults: readonly Fault[];
    };

/** One of our people acts in our bot's private chat. `from` and `chat` are Telegram ids. */
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
      /** The answered message (ping). */
      readonly replyTo: number | null;
      /** null without words or caption. */
      readonly text: string | null;
      /** null: nothing but words. */
      readonly attached: Attached | null;
      /** The same for pictures sent together. */
      readonly album: string | null;
    }
  | {
      readonly kind: 'edit';
      readonly message: number;
      readonly text: string | null;
      readonly attached: Attached | null;
    }
  /** They blocked or unblocked the bot. */
  | { readonly kind: 'membership'; readonly isBlocked: boolean }
);

/** One of our people answers a ping by mail, as far as its From says. */
export interface StaffMail {
  readonly kind: 'mail';
  /** The mailbox. */
  readonly channel: string;
  /** In lower case. */
  readonly from: string;
  readonly messageId: string;
  /** Oldest first. */
  readonly references: readonly string[];
  /** Local parts of our answered Message-IDs, nearest first. */
  readonly about: readonly string[];
  /** Without quotes and signature; may be empty. */
  readonly text: string;
  readonly attached: AttachedToMail;
  readonly at: EpochMs;
  readonly receivedAt: EpochMs;
}

/** `pictures`: only inline ones, which signatures have too. */
export type AttachedToMail = 'nothing' | 'pictures' | 'files';

export type FromStaff = StaffUpdate | StaffMail;

/** What the ingest service gives a listener. */
export interface ListenerDeps {
  /**
   * Resolves with the new events when all are durable. When it rejects, the listener must not confirm to the
   * provider.
   */
  deliver(delivery: Delivery): Promise<{ readonly fresh: readonly Event[] }>;
  /** Which of these calls have a recorded event, as `eventKey(channel, call id)`. */
  recordedCalls(calls: readonly { channel: string; id: string }[]): Promise<ReadonlySet<EventKey>>;
  /** Counts what the list had and the webhook never told. */
  missedByWebhook(count: number): void;
  /** The durable position in the provider's feed; null at the first start. */
  loadCursor(): Promise<string | null>;
  saveCursor(cursor: string): Promise<void>;
  readonly memory: Memory;
  /**
   * Call it on every change. `caughtUp`: an empty or short batch was read since the start; no alarm before that
   * (law 7).
   */
  report(state: ListenerState): void;
  /**
   * Keeps a body that was not understood or is unproven, for a person. Resolves when durable; duplicates are ignored.
   */
  quarantine(body: unknown, reason: string, why?: 'not_understood' | 'unproven'): Promise<void>;
  now(): EpochMs;
  log: Log;
}

interface Log {
  info(about: object, text: string): void;
  warn(about: object, text: string): void;
  error(about: object, text: string): void;
}

export interface ListenerState {
  readonly up: boolean;
  readonly caughtUp: boolean;
  /** Why it is down; no secrets. */
  readonly problem: LocalizedText | null;
  /** What it cannot see although it is up, with advice. No secrets. */
  readonly gaps?: readonly LocalizedText[];
}

/** A quarantined body, and when it came. */
export interface ToldAside {
  readonly body: unknown;
  readonly at: EpochMs;
}

/** A live connection to a provider. `done` resolves after `stop`, when nothing runs any more. */
export interface Listener {
  stop(): void;
  readonly done: Promise<void>;
  /** Present where sending needs this connection. */
  send?(outgoing: Outgoing): Promise<Sent>;
  edit?(edit: Edit): Promise<Edited>;
  /**
   * Reads quarantined bodies again, which a later version may understand. Resolves when the understood ones are
   * durable and the rest is quarantined anew. Absent where that is impossible.
   */
  readAgain?(asides: readonly ToldAside[]): Promise<void>;
}

/** An account that we read, or whose subscription we keep alive (law 8). */
export interface Feed {
  /** Names the lease and the cursor: stable, no secret. */
  readonly name: string;
  /** The channel that depends on it; null for a bot that only pings. */
  readonly channel: string | null;
  /** A change of it restarts the feed. */
  readonly fingerprint: string;
  start(deps: ListenerDeps): Listener;
}

/** Set by `channel test`: metrics leave the event out. */
export const TEST_HEADER = 'x-otklik-test';

export interface SampleRequest {
  readonly method: 'GET' | 'POST';
  /** Path and query after the channel's address. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What to say to a client. */
export interface Outgoing {
  /** Stable across retries, so that a provider that accepts it says it once. */
  readonly id: string;
  readonly thread: string;
  /** Empty if a file says it all. */
  readonly text: string;
  /** Fits what the channel `carries`. File and words arrive together or not at all. */
  readonly file?: OutgoingFile;
}

export interface Edit {
  /** One per edit, stable across retries. */
  readonly id: string;
  readonly thread: string;
  /** From the `Sent` of the message. */
  readonly handle: string;
  readonly text: string;
}

export interface SendDeps {
  readonly memory: Memory;
  now(): EpochMs;
  /** Lets the process with the live connection send, and waits for the result. */
  viaListener(outgoing: Outgoing): Promise<Sent>;
}

export interface EditDeps extends Pick<SendDeps, 'memory' | 'now'> {
  viaListener(edit: Edit): Promise<Edited>;
}

/** A channel kind. To add one, add a folder with such a value. */
export interface Channel<Kind extends ChannelBase = ChannelBase> {
  /** How its entries are written in otklik.yaml. */
  readonly config: ConfigKind<Kind>;
  /** Answers `GET /hooks/{channel}?…`, by which some providers check the address; null for any other request. */
  greet?(channel: Kind, query: Readonly<Record<string, unknown>>): Greeting | null;
  /**
   * Verifies and normalises a body. Absent where nobody posts to us. Never throws for bad input; may reject when a
   * dependency fails.
   */
  receive?(channel: Kind, request: HookRequest, deps: HookDeps): Received | Promise<Received>;
  /** Some providers report by GET: `receive` takes it. */
  readonly takesGet?: boolean;
  /** Some providers append a path: `receive` takes it. */
  readonly takesPaths?: boolean;
  /** The provider retries after 429; only then `rate` applies. */
  readonly repeats?: boolean;
  /**
   * A client's turn as the provider would post it, properly signed and recognisably a test. null where nobody posts.
   */
  sample?(channel: Kind, deps: { readonly config: Config; readonly now: EpochMs }): SampleRequest | null;
  feeds?(config: Config): Feed[];
  /** Absent where we cannot answer. */
  send?(channel: Kind, outgoing: Outgoing, deps: SendDeps): Promise<Sent>;
  /** Whether this one may send; absent where all of the kind may. */
  canSend?(channel: Kind): boolean;
  /** The files that `send` takes; absent: none. */
  carries?(channel: Kind): Carries;
  /** `send` goes through the listener, whose process downloads the files. */
  readonly sendsByListener?: boolean;
  /** Absent where the provider cannot edit. */
  edit?(channel: Kind, edit: Edit, deps: EditDeps): Promise<Edited>;
  /**
   * Rings a colleague, then the client; call events tell the result. null where the exchange cannot or a setting is
   * missing.
   */
  dial?(channel: Kind, config: Config): Dial | null;
  /** Links us as a device of the account. */
  readonly linking?: Linking;
  /** Checks the provider's set-up. Changes nothing there, but may write to ourselves. */
  check?(channel: Kind, deps: CheckDeps): Promise<Finding[]>;
}

/** Works by the memory alone, so board and command line need no connection. */
export interface Linking {
  /** null: there is nothing to scan or type. */
  shown(memory: Memory): Promise<ShownCode | null>;
  /** Requests a code to type; it appears in `shown` within seconds. */
  askForCode(memory: Memory, now: EpochMs): Promise<void>;
}

export interface ShownCode {
  /** See `qrSvg` and `qrTerminal`. */
  readonly qr: string;
  /** Eight characters to type; null unless requested. */
  readonly code: string | null;
  /** When the provider issued it. */
  readonly at: EpochMs;
}

export interface CheckDeps {
  readonly config: Config;
  readonly memory: Memory;
  now(): EpochMs;
}

export type { LocalizedText };

/** What a check found. `gap`: it works, but something stays hidden. */
export interface Finding {
  readonly level: 'fine' | 'gap' | 'fault';
  readonly said: LocalizedText;
}

/** The text is sent unchanged, as text/plain. */
export interface Greeting {
  readonly status: 200 | 403;
  readonly text: string;
}

/**
 * The result of a sending. `problem` is for the log; `said` for the author, where more is known than that it failed.
 */
export type Sent =
  | {
      readonly outcome: 'sent';
      readonly id: string;
      readonly at: EpochMs;
      /** For `edit`; absent where it cannot be edited. */
      readonly handle?: string;
    }
  | {
      readonly outcome: 'retry';
      readonly afterMs: number | null;
      readonly problem: string;
      readonly said?: LocalizedText;
    }
  | { readonly outcome: 'refused'; readonly problem: string; readonly said?: LocalizedText };

/** `refused`: the client keeps seeing the old words. */
export type Edited = { readonly outcome: 'edited' } | Exclude<Sent, { outcome: 'sent' }>;

/** A call that the exchange sets up. */
export interface Dialling {
  /** One per call. */
  readonly id: string;
  /** Their account rings first. */
  readonly from: string;
  /** E.164. */
  readonly to: string;
}

/** Never repeats: dialling twice would be worse than an unknown result. Does not reject for the exchange's faults. */
export type Dial = (call: Dialling, signal: AbortSignal) => Promise<Dialled>;

/** `unknown`: it may or may not ring. `said` is for the person who pressed. */
export type Dialled =
  | { readonly outcome: 'dialled' }
  | { readonly outcome: 'refused' | 'unknown'; readonly said: LocalizedText };
