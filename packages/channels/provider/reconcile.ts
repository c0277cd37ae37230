import { isDeepStrictEqual } from 'node:util';
import { DAY, type DurationMs, type EpochMs, type Event, MINUTE, SECOND } from '@otklik/domain';
import { type Backoff, backoffMs, pause } from '@otklik/timing';
import { z } from 'zod';
import type { Listener, ListenerDeps, ListenerState, LocalizedText } from '../channel.ts';
import { ProviderTrouble } from './callProvider.ts';
import { type WebhookTells, watchCoverage } from './webhookCoverage.ts';

/** Timing of the polling; injected for tests. */
export interface ReconcilePace extends Required<Backoff> {
  readonly everyMs: DurationMs;
  /** How far a look overlaps the last one: a record may be listed late. */
  readonly overlapMs: DurationMs;
  /** How far the daily sweep goes back. */
  readonly sweepMs: DurationMs;
}

export const RECONCILE_PACE: ReconcilePace = {
  everyMs: MINUTE,
  overlapMs: 15 * MINUTE,
  sweepMs: 2 * DAY,
  firstBackoffMs: 2 * SECOND,
  maxBackoffMs: 2 * MINUTE,
  random: Math.random,
};

/** After a longer absence the oldest part is skipped. */
const LONGEST_AWAY_MS = 7 * DAY;
/** More than a lost packet. */
const FAILURES_TO_BE_DOWN = 3;

/** How long a list may fail while the webhook works. */
const LIST_MAY_FAIL_MS = 15 * MINUTE;

/** Reads everything of the span. Rejects with {@link ProviderTrouble} where the reason is known. */
export type Poll = (
  span: { readonly from: EpochMs; readonly to: EpochMs },
  signal: AbortSignal,
) => Promise<{
  readonly events: readonly Event[];
  readonly gaps?: readonly LocalizedText[];
  /** Called when the events are durable. */
  kept?(): Promise<void>;
}>;

const cursorShape = z.object({ since: z.number(), upTo: z.number(), sweptAt: z.number() });
type Cursor = z.infer<typeof cursorShape>;

/**
 * Polls a list with an overlap: webhooks are rarely repeated, so the list is the truth and the webhook a hint
 * (law 8). Both give the same event ids (law 1). Reads nothing from long before the set-up. `webhookTells`: what the
 * webhook should tell first (see {@link watchCoverage}); null without a webhook. With one, a failing list is at first
 * only a gap.
 */
export function reconcile(
  look: Poll,
  deps: ListenerDeps,
  pace: ReconcilePace = RECONCILE_PACE,
  webhookTells: WebhookTells | null = null,
): Listener {
  const stopping = new AbortController();
  return { stop: () => stopping.abort(), done: run(look, deps, pace, webhookTells, stopping.signal) };
}

async function run(
  look: Poll,
  deps: ListenerDeps,
  pace: ReconcilePace,
  webhookTells: WebhookTells | null,
  stopped: AbortSignal,
): Promise<void> {
  const hook = watchCoverage(webhookTells, deps);
  let state: ListenerState | null = null;
  let cursor: Cursor | null = null;
  let failures = 0;
  let lastRead = deps.now();
  const say = (next: ListenerState): void => {
    if (isDeepStrictEqual(state, next)) return;
    state = next;
    deps.report(next);
  };
  while (!stopped.aborted) {
    let delayMs = pace.everyMs;
    try {
      cursor ??= await firstCursor(deps);
      const span = spanOf(cursor, deps.now(), pace);
      const { events, gaps = [], kept } = await look(span, stopped);
      if (stopped.aborted) return;
      if (events.length > 0) await hook.deliver(events, span.to);
      const swept: EpochMs = span.to - cursor.sweptAt >= DAY ? span.to : cursor.sweptAt;
      cursor = { since: cursor.since, upTo: span.to, sweptAt: swept };
      await deps.saveCursor(JSON.stringify(cursor));
      await kept?.();
      failures = 0;
      lastRead = span.to;
      say({ up: true, caughtUp: true, problem: null, gaps: [...gaps, ...hook.gaps(span.to)] });
    } catch (error) {
      if (stopped.aborted) return;
      failures += 1;
      const trouble = error instanceof ProviderTrouble ? error : null;
      if (trouble === null)
        deps.log.error({ err: error }, 'what the provider lists could not be taken; it is read again');
      delayMs = Math.max(trouble?.afterMs ?? 0, backoffMs(pace, failures));
      const [why, caughtUp] = [trouble?.said ?? OUR_OWN, wasCaughtUp(state)];
      // A refusal lasts: a dead token means a dead subscription.
      const mayWait =
        webhookTells !== null && !isRefusal(trouble) && deps.now() - lastRead <= LIST_MAY_FAIL_MS;
      if (state === null || failures >= FAILURES_TO_BE_DOWN || isRefusal(trouble))
        say(
          mayWait
            ? { up: true, caughtUp, problem: null, gaps: [onlyHook(why)] }
            : { up: false, caughtUp, problem: why },
        );
    }
    await pause(delayMs, stopped);
  }
}

const wasCaughtUp = (state: ListenerState | null): boolean => state?.caughtUp ?? false;
const isRefusal = (trouble: ProviderTrouble | null): boolean =>
  trouble?.status === 401 || trouble?.status === 403;

const onlyHook = (why: LocalizedText): LocalizedText => ({
  ru: `${why.ru}: пока видно только то, о чём сообщает вебхук`,
  en: `${why.en}: meanwhile only what the webhook tells is seen`,
});

const OUR_OWN: LocalizedText = {
  ru: 'список провайдера не удалось прочитать: подробности в журнале',
  en: "the provider's list could not be taken: see the log",
};

async function firstCursor(deps: ListenerDeps): Promise<Cursor> {
  const saved = await deps.loadCursor();
  if (saved !== null) return cursorShape.parse(JSON.parse(saved));
  const now = deps.now();
  return { since: now, upTo: now, sweptAt: now };
}

function spanOf(cursor: Cursor, now: EpochMs, pace: ReconcilePace): { from: EpochMs; to: EpochMs } {
  const back = now - cursor.sweptAt >= DAY ? pace.sweepMs : 0;
  const from = Math.min(cursor.upTo - pace.overlapMs, now - back);
  return { from: Math.max(cursor.since - pace.overlapMs, now - LONGEST_AWAY_MS, from), to: now };
}
