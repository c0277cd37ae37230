import type { ChannelBase, Config, ConfigKind } from '@otklik/config';
import type { EpochMs, Event, EventKey, LocalizedText } from '@otklik/domain';
import type { Attached, Carries, OutgoingFile, StaffFile } from './files.ts';

/** One HTTP request at `/hooks/{channel}`, before anything of it is believed. */
export interface HookRequest {
  /** What of the path follows the channel's id, such as `/events/call`; empty for the address itself. */
  readonly path: string;
  readonly query: Readonly<Record<string, unknown>>;
  /** Lower-case names, as Node gives them. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  readonly receivedAt: EpochMs;
}

/**
 * What one channel has to remember between two events, in the database: who is behind a connection, which message began
 * a chain, the keys of a session. Names and values are the channel's own. Shared by all processes.
 */
export interface Memory {
  /** What is remembered under these names; what is not is absent. */
  recall(names: readonly string[]): Promise<Map<string, string>>;
  /** Everything whose name begins so. */
  recallAll(prefix: string): Promise<Map<string, string>>;
  /** All of it or nothing; null forgets. Resolves when durable. */
  remember(values: ReadonlyMap<string, string | null>, term: MemoryTerm): Promise<void>;
  /**
   * Remembers what is not remembered yet, in one step. Resolves with what stands now under these names, whoever was first:
   * what two deliveries at once must decide alike.
   */
  claim(values: ReadonlyMap<string, string>, term: MemoryTerm): Promise<Map<string, string>>;
}

/** `account`: until it is forgotten by name. `history`: for as long as `privacy.keep_events` keeps the events that it is about. */
export type MemoryTerm = 'account' | 'history';

/** What the normalising of one webhook body may look at. */
export interface HookDeps {
  readonly config: Config;
  readonly memory: Memory;
  /** Of another channel: some providers post several accounts to one address. */
  memoryOf(channel: string): Memory;
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
  readonly staff: readonly FromStaff[];
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
      /** null when it is a picture, a voice message and the like without a caption. */
      readonly text: string | null;
      /** What it has beside its words; null: nothing. */
      readonly attached: Attached | null;
      /** What several pictures that were sent together have in common; null: it stands alone. */
      readonly album: string | null;
    }
  /** They edited what they had written. */
  | {
      readonly kind: 'edit';
      readonly message: number;
      readonly text: string | null;
      readonly attached: Attached | null;
    }
  /** They blocked the bot, or let it write again. */
  | { readonly kind: 'membership'; readonly isBlocked: boolean }
);

/** A mail by which one of our own people replies to a ping of ours, as far as its From says. */
export interface StaffMail {
  readonly kind: 'mail';
  /** In whose mailbox it lies. */
  readonly channel: string;
  /** In lower case. */
  readonly from: string;
  readonly messageId: string;
  /** The oldest first. */
  readonly references: readonly string[];
  /** What stands before the @ of those Message-IDs of ours that it answers, the nearest first. */
  readonly about: readonly string[];
  /** Without quotation and signature; empty when nothing is left. */
  readonly text: string;
  readonly attached: AttachedToMail;
  readonly at: EpochMs;
  readonly receivedAt: EpochMs;
}

/** What a mail has beside its words. `pictures`: only those among the words, where signatures have them too. */
export type AttachedToMail = 'nothing' | 'pictures' | 'files';

/** What our own people tell us. */
export type FromStaff = StaffUpdate | StaffMail;

/** What a listener needs of the world. All of it is given by the ingest service. */
export interface ListenerDeps {
  /**
   * Resolves when the delivery is durable, with what of it was new. Rejects when it could not be kept: then the listener
   * must not confirm it to the provider.
   */
  deliver(delivery: Delivery): Promise<{ readonly fresh: readonly Event[] }>;
  /** Which of these calls some event is on record of, as `eventKey(channel, call id)`. */
  recordedCalls(calls: readonly { channel: string; id: string }[]): Promise<ReadonlySet<EventKey>>;
  /** Says that so many of the client's doings stood in the provider's list and its webhook had not told of them. */
  missedByWebhook(count: number): void;
  /** The place up to which the provider's feed is durably ours; null at the very first start. */
  loadCursor(): Promise<string | null>;
  saveCursor(cursor: string): Promise<void>;
  readonly memory: Memory;
  /** Called whenever it changes. `caughtUp` is true once an empty (or short) batch was read since the start: before that no alarm is raised (law 7). */
  report(state: ListenerState): void;
  /**
   * A body that normalising could not understand, or whose sender nobody vouches for, is kept for a person to look at, never
   * dropped. Resolves when durable. The same body again is no news.
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
  /** What it cannot see although it is up: each says what to do about it. No secrets. */
  readonly gaps?: readonly LocalizedText[];
}

/** A body as `quarantine` got it, and when. */
export interface ToldAside {
  readonly body: unknown;
  readonly at: EpochMs;
}

/** A live connection to a provider. `done` resolves after `stop`, when nothing of it runs any more. */
export interface Listener {
  stop(): void;
  readonly done: Promise<void>;
  /** Where writing to a client needs this very connection. */
  send?(outgoing: Outgoing): Promise<Sent>;
  edit?(edit: Edit): Promise<Edited>;
  /**
   * Reads once more what it has kept aside by {@link ListenerDeps.quarantine}, as a later version may understand it. Resolves
   * when what was understood is durable and the rest is kept aside anew. Absent where a body cannot be read twice.
   */
  readAgain?(asides: readonly ToldAside[]): Promise<void>;
}

/** A provider's account that we must go to ourselves: something to read, or a subscription to keep alive (law 8). */
export interface Feed {
  /** Stable, no secret: names the lease and the cursor. */
  readonly name: string;
  /** The channel that is deaf when this feed is down; null for a bot that only pings. */
  readonly channel: string | null;
  /** Changes when the feed must be started anew. */
  readonly fingerprint: string;
  start(deps: ListenerDeps): Listener;
}

/** By this `channel test` says that nobody wrote: the event goes the whole way, only the metrics leave it out. */
export const TEST_HEADER = 'x-otklik-test';

/** What `sample` has to be sent to `/hooks/{channel}`. */
export interface SampleRequest {
  readonly method: 'GET' | 'POST';
  /** What follows the address of the channel, query and all. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What is to be said to a client. */
export interface Outgoing {
  /** Ours, the same on a retry: where the provider takes ids from us, it keeps a retry from saying it twice. */
  readonly id: string;
  readonly thread: string;
  /** Empty where a file says everything. */
  readonly text: string;
  /** Of a kind and size that the channel `carries`; its words belong to it. Either both reach the client or neither. */
  readonly file?: OutgoingFile;
}

/** What is to be said to a client by a process that gets the file itself. */
export interface Relayed extends Omit<Outgoing, 'file'> {
  readonly file?: StaffFile;
}

/** What a client has already, and what it is to say from now on. */
export interface Edit {
  /** Ours, another for each edit and the same on a retry. */
  readonly id: string;
  readonly thread: string;
  /** What the channel's `send` gave with what was sent. */
  readonly handle: string;
  readonly text: string;
}

export interface SendDeps {
  readonly memory: Memory;
  now(): EpochMs;
  /** Hands it to whichever process holds the channel's live connection, and waits for what becomes of it. */
  viaListener(outgoing: Outgoing): Promise<Sent>;
}

export interface EditDeps extends Pick<SendDeps, 'memory' | 'now'> {
  viaListener(edit: Edit): Promise<Edited>;
}

/** What a channel kind must have. Adding a kind is adding a folder with one such value. */
export interface Channel<Kind extends ChannelBase = ChannelBase> {
  /** How its entries are written in otklik.yaml. */
  readonly config: ConfigKind<Kind>;
  /** Answers `GET /hooks/{channel}?…`, by which some providers make sure that the address is ours; null when it is no such question. */
  greet?(channel: Kind, query: Readonly<Record<string, unknown>>): Greeting | null;
  /** Verifies and normalises one webhook body. Absent where nobody posts to us. Never throws for bad input; may reject when the world fails. */
  receive?(channel: Kind, request: HookRequest, deps: HookDeps): Received | Promise<Received>;
  /** Whether some providers of this kind tell by GET what happened: then `receive` takes GET as well. */
  readonly takesGet?: boolean;
  /** Whether some providers of this kind append a path of their own to the address: then `receive` looks at it. */
  readonly takesPaths?: boolean;
  /**
   * Whether whoever posts here tries again later what was answered with 429: only then is the channel's `rate` kept. Of a
   * provider that says everything once, nothing is turned away.
   */
  readonly repeats?: boolean;
  /**
   * A client's turn as this provider would post it, with the right proof and unmistakably a test: for trying the whole way.
   * null where nobody posts to this channel.
   */
  sample?(channel: Kind, deps: { readonly config: Config; readonly now: EpochMs }): SampleRequest | null;
  /** Everything of this kind that we must listen to ourselves. */
  feeds?(config: Config): Feed[];
  /** Sends an employee's words to the client. Absent where the channel cannot. */
  send?(channel: Kind, outgoing: Outgoing, deps: SendDeps): Promise<Sent>;
  /** Whether this one may send; absent where all of the kind may. */
  canSend?(channel: Kind): boolean;
  /** The files that `send` takes. Absent where it takes words alone. */
  carries?(channel: Kind): Carries;
  /** Whether `send` hands everything to the listener: then the process that has it gets the files. */
  readonly sendsByListener?: boolean;
  /** Makes what was sent say something else. Absent where the provider has no such call. */
  edit?(channel: Kind, edit: Edit, deps: EditDeps): Promise<Edited>;
  /**
   * Has the exchange ring one of ours and then the client; what becomes of it shows among its events like any call. null where
   * this channel's exchange cannot, or we lack what it needs. Absent where the channel has no telephones.
   */
  dial?(channel: Kind, config: Config): Dial | null;
  /** How a person makes us a device of the account. Absent where none is needed. */
  readonly linking?: Linking;
  /** Looks whether everything at the provider's is set up so that both sides are seen. Changes nothing there, but may write to ourselves. */
  check?(channel: Kind, deps: CheckDeps): Promise<Finding[]>;
}

/** Works over the memory alone, so that the board and the command line need not hold the connection. */
export interface Linking {
  /** What is to be scanned or typed now; null when nothing is. */
  shown(memory: Memory): Promise<ShownCode | null>;
  /** For whoever cannot scan: a code to type appears in `shown` within seconds. */
  askForCode(memory: Memory, now: EpochMs): Promise<void>;
}

export interface ShownCode {
  /** What the QR code says: see `qrSvg` and `qrTerminal`. */
  readonly qr: string;
  /** Eight characters to type instead; null unless somebody asked for them. */
  readonly code: string | null;
  /** When the provider gave it. */
  readonly at: EpochMs;
}

export interface CheckDeps {
  readonly config: Config;
  readonly memory: Memory;
  now(): EpochMs;
}

export type { LocalizedText };

/** One thing that a check of a channel's set-up found. `gap`: it works, and something stays hidden. */
export interface Finding {
  readonly level: 'fine' | 'gap' | 'fault';
  readonly said: LocalizedText;
}

/** `text` goes out as it is, as text/plain. */
export interface Greeting {
  readonly status: 200 | 403;
  readonly text: string;
}

/**
 * What became of one call to a provider. `retry` is worth trying again after `afterMs`; `refused` is not. `problem` is for the
 * log; `said` for whoever wrote the words, where more is known than that they did not get through.
 */
export type Sent =
  | {
      readonly outcome: 'sent';
      readonly id: string;
      readonly at: EpochMs;
      /** What `edit` finds it again by; absent where it cannot be edited. */
      readonly handle?: string;
    }
  | {
      readonly outcome: 'retry';
      readonly afterMs: number | null;
      readonly problem: string;
      readonly said?: LocalizedText;
    }
  | { readonly outcome: 'refused'; readonly problem: string; readonly said?: LocalizedText };

/** What became of an edit. `refused`: the client goes on seeing what they had. */
export type Edited = { readonly outcome: 'edited' } | Exclude<Sent, { outcome: 'sent' }>;

/** A call to a client, to be set up by the exchange. */
export interface Dialling {
  /** Ours, another for each call. */
  readonly id: string;
  /** What the channel knows the colleague by: their telephone rings first. */
  readonly from: string;
  /** The client's number, E.164. */
  readonly to: string;
}

/** Asks once and never again: where nobody can say what became of it, dialling twice would be worse. Does not reject for what the exchange does. */
export type Dial = (call: Dialling, signal: AbortSignal) => Promise<Dialled>;

/** `unknown`: it may ring or not. `said` is for the person who pressed. */
export type Dialled =
  | { readonly outcome: 'dialled' }
  | { readonly outcome: 'refused' | 'unknown'; readonly said: LocalizedText };
