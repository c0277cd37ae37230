import type { Config } from '@otklik/config';
import type { DurationMs, EpochMs, Event } from '@otklik/domain';
import { pause } from '@otklik/timing';
import type {
  Dial,
  HookAnswer,
  HookRequest,
  Listener,
  ListenerDeps,
  LocalizedText,
  Memory,
  SampleRequest,
} from '../channel.ts';
import { bareUrl } from '../provider/bareUrl.ts';
import type { CallFact } from '../provider/callFact.ts';
import type { ReconcilePace } from '../provider/reconcile.ts';
import type { PhoneChannel } from './config.ts';
import type { ListedCalls, OddRow } from './readRows.ts';

/** What a provider's request amounts to. */
export type ReadCalls =
  | { readonly outcome: 'forged'; readonly detail: string }
  | {
      readonly outcome: 'read';
      readonly facts: readonly CallFact[];
      /** What could not be understood; the body is kept aside for a person. */
      readonly faults: readonly string[];
      readonly answer: HookAnswer;
    };

/** The missed call of a test. */
export interface SampleCall {
  readonly id: string;
  /** Nobody's number, with the plus. */
  readonly client: string;
  /** Our number in digits, or the name of the line. */
  readonly line: string;
  readonly began: EpochMs;
  readonly ended: EpochMs;
}

/** What reading may look at besides the request. */
export interface ExchangeContext {
  /** Of the exchange's clock. */
  readonly timezone: string;
  /** The address at which the provider reaches us, where it is part of what is signed; null: unknown. */
  readonly hookUrl: string | null;
  /** Between two questions, where the provider wants to be asked slowly. Given from outside, so that tests need no real seconds. */
  readonly pause: (ms: DurationMs, signal: AbortSignal) => Promise<void>;
}

/** What an exchange posts to us. */
export interface ExchangeWebhook {
  /** Verifies a request and reads it. `memory` is the account's; where it is away the request is read all the same. */
  read(
    channel: PhoneChannel,
    request: HookRequest,
    context: ExchangeContext,
    memory: Memory,
  ): Promise<ReadCalls>;
  /** A missed call as this provider posts it. */
  sample(channel: PhoneChannel, call: SampleCall, context: ExchangeContext): SampleRequest;
}

/** How one provider's exchange tells of calls. */
export interface Exchange {
  /** As people know it. */
  readonly name: string;
  /** Absent where nobody posts to us. */
  readonly webhook?: ExchangeWebhook;
  /** The provider's own list of the calls in a span; null when the channel has no access to it. */
  list?(channel: PhoneChannel): ListCalls | null;
  /** LocalizedText of a channel that has no access to the list, where the exchange has one: what is missing and how to get it. */
  readonly gapWithoutList?: LocalizedText;
  /** A live connection instead of both. */
  listen?(listening: Listening): Listener;
  /** Has the exchange ring a colleague and then a client; null when the channel lacks what that needs. */
  dial?(channel: PhoneChannel, context: ExchangeContext): Dial | null;
}

/**
 * Exchanges list a call by when it began, and most only when it is over. A call that goes on is never told as ended: what
 * was told once stays. Rejects where the exchange refuses the whole list; a row that cannot be read hides no other.
 */
export type ListCalls = (
  span: { readonly from: EpochMs; readonly to: EpochMs },
  context: ExchangeContext,
  signal: AbortSignal,
  /** The account's, as what is posted has left it. */
  memory: Memory,
) => Promise<ListedCalls>;

/** What a live connection gets. */
export interface Listening {
  readonly channel: PhoneChannel;
  readonly deps: ListenerDeps;
  /** The facts as events of the channels that they belong to. */
  readonly eventsOf: (facts: readonly CallFact[]) => Event[];
  /** What is to be said of the lines that no channel lists. */
  readonly strayGaps: () => Promise<readonly LocalizedText[]>;
  /** Keeps rows of its tables that cannot be read, each once. */
  readonly keepAside: (odd: readonly OddRow[]) => Promise<void>;
  readonly context: ExchangeContext;
  readonly pace: ReconcilePace;
}

export const contextOf = (channel: PhoneChannel, config: Config): ExchangeContext => ({
  timezone: channel.timezone ?? config.timezone,
  hookUrl: config.publicUrl === null ? null : `${bareUrl(config.publicUrl)}/hooks/${channel.id}`,
  pause,
});
