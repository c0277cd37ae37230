import { isDeepStrictEqual } from 'node:util';
import {
  DAY,
  type DurationMs,
  type EpochMs,
  type Event,
  eventKey,
  HOUR,
  MINUTE,
  SECOND,
} from '@otklik/domain';
import { z } from 'zod';
import type { Listener, ListenerState, ListenerWorld, Said } from '../channel.ts';
import { backoffMs, type Pace, pause } from '../telegram/pace.ts';
import { ProviderTrouble } from './callProvider.ts';

/** How the truth at a provider is read. Given from outside, so that tests need no real seconds. */
export interface ReconcilePace extends Pick<Pace, 'firstBackoffMs' | 'maxBackoffMs' | 'random'> {
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

/** A webhook may be a moment behind the list. */
const HOOK_WITHIN_MS = 30 * SECOND;
/** So long a dead webhook is spoken of after what it last did not tell. */
const UNHINTED_FOR_MS = 2 * HOUR;

/** Whether a webhook should have told of this before the list did. */
export type Hinted = (event: Event) => boolean;

/** One look: everything that happened in the span, or a rejection ({@link ProviderTrouble} where the reason is known). */
export type Look = (
  span: { readonly from: EpochMs; readonly to: EpochMs },
  signal: AbortSignal,
) => Promise<{ readonly events: readonly Event[]; readonly gaps?: readonly Said[] }>;

const cursorShape = z.object({ since: z.number(), upTo: z.number(), sweptAt: z.number() });
type Cursor = z.infer<typeof cursorShape>;

/**
 * Reads a provider's own list of calls or messages again and again with an overlap: most providers never repeat a
 * webhook, so that the list is the truth and the webhook a fast hint (law 8). Events carry the same ids either way, so
 * that the second delivery changes nothing (law 1). Nothing from long before the channel was set up is read.
 *
 * What clients did while this ran, and the list told first, a webhook with a wrong address would tell never (law 10):
 * such events, as far as `hinted` expects them from the webhook, are counted, and a gap names the address.
 */
export function reconcile(
  look: Look,
  world: ListenerWorld,
  pace: ReconcilePace = RECONCILE_PACE,
  hinted: Hinted = () => false,
): Listener {
  const stopping = new AbortController();
  return { stop: () => stopping.abort(), done: run(look, world, pace, hinted, stopping.signal) };
}

async function run(
  look: Look,
  world: ListenerWorld,
  pace: ReconcilePace,
  hinted: Hinted,
  stopped: AbortSignal,
): Promise<void> {
  const startedAt = world.now();
  let unhinted = { count: 0, lastAt: Number.NEGATIVE_INFINITY };
  let state: ListenerState | null = null;
  let cursor: Cursor | null = null;
  let failures = 0;
  const say = (next: ListenerState): void => {
    if (isDeepStrictEqual(state, next)) return;
    state = next;
    world.report(next);
  };
  while (!stopped.aborted) {
    let delayMs = pace.everyMs;
    try {
      cursor ??= await firstCursor(world);
      const span = spanOf(cursor, world.now(), pace);
      const { events, gaps = [] } = await look(span, stopped);
      if (stopped.aborted) return;
      if (events.length > 0) {
        const late = lateIn(events, { from: startedAt, to: span.to - HOOK_WITHIN_MS }, hinted);
        const untold = await untoldOf(late, world);
        const { fresh } = await world.deliver({ events, staff: [] });
        const count = countFresh(untold, fresh);
        if (count > 0) {
          unhinted = { count: unhinted.count + count, lastAt: span.to };
          world.unhinted(count);
        }
      }
      if (span.to - unhinted.lastAt > UNHINTED_FOR_MS) unhinted = { ...unhinted, count: 0 };
      const swept: EpochMs = span.to - cursor.sweptAt >= DAY ? span.to : cursor.sweptAt;
      cursor = { since: cursor.since, upTo: span.to, sweptAt: swept };
      await world.saveCursor(JSON.stringify(cursor));
      failures = 0;
      const deaf = unhinted.count > 0 ? [hookIsDeaf(unhinted.count)] : [];
      say({ up: true, caughtUp: true, problem: null, gaps: [...gaps, ...deaf] });
    } catch (error) {
      if (stopped.aborted) return;
      failures += 1;
      const trouble = error instanceof ProviderTrouble ? error : null;
      if (trouble === null)
        world.log.error({ err: error }, 'what the provider lists could not be taken; it is read again');
      delayMs = Math.max(trouble?.afterMs ?? 0, backoffMs(pace, failures));
      // At the start nobody knows anything, and a refusal does not pass.
      if (state === null || failures >= FAILURES_TO_BE_DOWN || isRefusal(trouble))
        say({ up: false, caughtUp: wasCaughtUp(state), problem: trouble?.said ?? OUR_OWN });
    }
    await pause(delayMs, stopped);
  }
}

/** What one client did: something they said, or a call, which is told by several events. */
type Doing = readonly [Event, ...Event[]];

/** What clients did in the span and a webhook should have told by now. */
function lateIn(
  events: readonly Event[],
  { from, to }: { readonly from: EpochMs; readonly to: EpochMs },
  hinted: Hinted,
): Doing[] {
  return [...Map.groupBy(events, doingOf).values()].filter(
    (told): told is [Event, ...Event[]] =>
      told.some((event) => event.side === 'client' && hinted(event)) &&
      told.every(({ at }) => at >= from && at <= to),
  );
}

const doingOf = (event: Event): string =>
  eventKey(event.channel, event.kind === 'call' ? `call ${event.call.id}` : event.id);

/** Without the calls that are on record by any event: a list may name a call's events otherwise than the webhook. */
async function untoldOf(doings: readonly Doing[], world: ListenerWorld): Promise<Doing[]> {
  const calls = doings.flatMap(([event]) =>
    event.kind === 'call' ? [{ channel: event.channel, id: event.call.id }] : [],
  );
  const recorded = calls.length > 0 ? await world.recordedCalls(calls) : new Set<string>();
  return doings.filter(
    ([event]) => event.kind !== 'call' || !recorded.has(eventKey(event.channel, event.call.id)),
  );
}

/** How many of them are told for the first time. */
function countFresh(doings: readonly Doing[], fresh: readonly Event[]): number {
  const isFresh = new Set(fresh.map(({ channel, id }) => eventKey(channel, id)));
  return doings.filter((told) => told.every(({ channel, id }) => isFresh.has(eventKey(channel, id)))).length;
}

const hookIsDeaf = (count: number): Said => ({
  ru: `вебхук не сработал (обращений: ${count}): их нашёл только опрос, с опозданием до минуты. Проверьте адрес в кабинете провайдера`,
  en: `the webhook kept silent (requests: ${count}): only polling found them, up to a minute late. Check the address at the provider’s`,
});

const wasCaughtUp = (state: ListenerState | null): boolean => state?.caughtUp ?? false;
const isRefusal = (trouble: ProviderTrouble | null): boolean =>
  trouble?.status === 401 || trouble?.status === 403;

const OUR_OWN: Said = {
  ru: 'список провайдера не удалось прочитать: подробности в журнале',
  en: "the provider's list could not be taken: see the log",
};

async function firstCursor(world: ListenerWorld): Promise<Cursor> {
  const saved = await world.loadCursor();
  if (saved !== null) return cursorShape.parse(JSON.parse(saved));
  const now = world.now();
  return { since: now, upTo: now, sweptAt: now };
}

function spanOf(cursor: Cursor, now: EpochMs, pace: ReconcilePace): { from: EpochMs; to: EpochMs } {
  const back = now - cursor.sweptAt >= DAY ? pace.sweepMs : 0;
  const from = Math.min(cursor.upTo - pace.overlapMs, now - back);
  return { from: Math.max(cursor.since - pace.overlapMs, now - LONGEST_AWAY_MS, from), to: now };
}
