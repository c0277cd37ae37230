import { isDeepStrictEqual } from 'node:util';
import { DAY, type DurationMs, type EpochMs, type Event, MINUTE, SECOND } from '@otklik/domain';
import { type Backoff, backoffMs, pause } from '@otklik/timing';
import { z } from 'zod';
import type { Listener, ListenerDeps, ListenerState, LocalizedText } from '../channel.ts';
import { ProviderTrouble } from './callProvider.ts';
import { type WebhookTells, watchCoverage } from './webhookCoverage.ts';

/** How the truth at a provider is read. Given from outside, so that tests need no real seconds. */
export interface ReconcilePace extends Required<Backoff> {
  readonly everyMs: DurationMs;
  /** How far before the last look each look begins: a record may appear in the list late. */
  readonly overlapMs: DurationMs;
  /** Once a day a look begins so far back. */
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

/** After a longer time away the older part is left out, so that the clients of today come first. */
const LONGEST_AWAY_MS = 7 * DAY;
/** So many failures in a row are no lost packet. */
const FAILURES_TO_BE_DOWN = 3;

/** So long a list may fail beside a webhook that tells of everything meanwhile. */
const LIST_MAY_FAIL_MS = 15 * MINUTE;

/** One look: everything that happened in the span, or a rejection ({@link ProviderTrouble} where the reason is known). */
export type Poll = (
  span: { readonly from: EpochMs; readonly to: EpochMs },
  signal: AbortSignal,
) => Promise<{
  readonly events: readonly Event[];
  readonly gaps?: readonly LocalizedText[];
  /** Called when they are durable. */
  kept?(): Promise<void>;
}>;

const cursorShape = z.object({ since: z.number(), upTo: z.number(), sweptAt: z.number() });
type Cursor = z.infer<typeof cursorShape>;

/**
 * Reads a provider's own list of calls or messages again and again with an overlap: most providers never repeat a
 * webhook, so that the list is the truth and the webhook a fast hint (law 8). Events carry the same ids either way, so
 * that the second delivery changes nothing (law 1). Nothing from long before the channel was set up is read.
 *
 * `webhookTells`: what the webhook should have told first (see {@link watchCoverage}); null where there is none. With one, a list
 * that does not answer for a while is a gap: clients are seen all the same, and nobody is woken for it.
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
      // A refusal does not pass by itself: a dead token leaves no subscription alive either.
      const mayWait =
        webhookTells !== null && !isRefusal(trouble) && deps.now() - lastRead <= LIST_MAY_FAIL_MS;
      // At the start nobody knows anything.
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
