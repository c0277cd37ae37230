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

export type ReadCalls =
  | { readonly outcome: 'forged'; readonly detail: string }
  | {
      readonly outcome: 'read';
      readonly facts: readonly CallFact[];
      /** What could not be read; the body is quarantined for a person. */
      readonly faults: readonly string[];
      readonly answer: HookAnswer;
    };

/** The missed call of `channel test`. */
export interface SampleCall {
  readonly id: string;
  /** Unassigned, E.164 with the plus. */
  readonly client: string;
  /** Our number in digits, or the line's name. */
  readonly line: string;
  readonly began: EpochMs;
  readonly ended: EpochMs;
}

export interface ExchangeContext {
  /** Of the exchange's clock. */
  readonly timezone: string;
  /** Our address; some providers sign it. null: unknown. */
  readonly hookUrl: string | null;
  /** Between requests, for rate limits. Injected, so that tests do not sleep. */
  readonly pause: (ms: DurationMs, signal: AbortSignal) => Promise<void>;
}

export interface ExchangeWebhook {
  /** Works without `memory`, the account's. */
  read(
    channel: PhoneChannel,
    request: HookRequest,
    context: ExchangeContext,
    memory: Memory,
  ): Promise<ReadCalls>;
  sample(channel: PhoneChannel, call: SampleCall, context: ExchangeContext): SampleRequest;
}

/** How one provider's exchange tells of calls. */
export interface Exchange {
  /** Its name for people. */
  readonly name: string;
  /** Absent where nobody posts to us. */
  readonly webhook?: ExchangeWebhook;
  /** null without access to it. */
  list?(channel: PhoneChannel): ListCalls | null;
  /** Tells what is missing for access to the list. */
  readonly gapWithoutList?: LocalizedText;
  /** A live connection instead of `read` and `list`. */
  listen?(listening: Listening): Listener;
  /** Rings a colleague, then a client; null when a setting is missing. */
  dial?(channel: PhoneChannel, context: ExchangeContext): Dial | null;
}

/**
 * Exchanges list calls by beginning, most only when over. A call in progress is never told as ended. Rejects when the
 * whole list is refused; an unreadable row hides no other.
 */
export type ListCalls = (
  span: { readonly from: EpochMs; readonly to: EpochMs },
  context: ExchangeContext,
  signal: AbortSignal,
  /** The account's memory, shared with what is posted. */
  memory: Memory,
) => Promise<ListedCalls>;

export interface Listening {
  readonly channel: PhoneChannel;
  readonly deps: ListenerDeps;
  /** Assigns facts to the channels of their lines. */
  readonly eventsOf: (facts: readonly CallFact[]) => Event[];
  /** The gaps of lines that no channel lists. */
  readonly strayGaps: () => Promise<readonly LocalizedText[]>;
  /** Quarantines unreadable rows, each once. */
  readonly keepAside: (odd: readonly OddRow[]) => Promise<void>;
  readonly context: ExchangeContext;
  readonly pace: ReconcilePace;
}

export const contextOf = (channel: PhoneChannel, config: Config): ExchangeContext => ({
  timezone: channel.timezone ?? config.timezone,
  hookUrl: config.publicUrl === null ? null : `${bareUrl(config.publicUrl)}/hooks/${channel.id}`,
  pause,
});
