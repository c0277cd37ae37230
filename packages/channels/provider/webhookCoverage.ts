import { type EpochMs, type Event, eventKey, HOUR, SECOND } from '@otklik/domain';
import type { ListenerDeps, LocalizedText } from '../channel.ts';

/** Whether a webhook should have told of this before the list did. */
export type WebhookTells = (event: Event) => boolean;

/** A webhook may be a moment behind the list. */
const HOOK_WITHIN_MS = 30 * SECOND;
/** So long a dead webhook is spoken of after what it last did not tell. */
const SPOKEN_OF_MS = 2 * HOUR;

export interface WebhookCoverage {
  /** Makes what a look found durable, and counts what of it the webhook should have told. `now` is the end of the look. */
  deliver(events: readonly Event[], now: EpochMs): Promise<void>;
  /** What is to be said of the webhook. */
  gaps(now: EpochMs): readonly LocalizedText[];
}

/**
 * Watches whether a webhook tells what the list tells (law 10): with a wrong address it would tell nothing for ever, and
 * each client would be seen up to a minute late. Only what happened while this runs counts: of our own time away the
 * webhook could not tell.
 */
export function watchCoverage(webhookTells: WebhookTells | null, deps: ListenerDeps): WebhookCoverage {
  const startedAt = deps.now();
  let untold = 0;
  let lastAt = Number.NEGATIVE_INFINITY;
  return {
    deliver: async (events, now) => {
      const span = { from: startedAt, to: now - HOOK_WITHIN_MS };
      const suspects = webhookTells ? await unrecorded(lateIn(events, span, webhookTells), deps) : [];
      const { fresh } = await deps.deliver({ events, staff: [] });
      const count = countFresh(suspects, fresh);
      if (count === 0) return;
      untold += count;
      lastAt = now;
      deps.missedByWebhook(count);
    },
    gaps: (now) => {
      if (now - lastAt > SPOKEN_OF_MS) untold = 0;
      return untold > 0 ? [hookIsDeaf(untold)] : [];
    },
  };
}

/** What one client did: something they said, or a call, which is told by several events. */
type Doing = readonly [Event, ...Event[]];

/** What clients did in the span and a webhook should have told by now. */
function lateIn(
  events: readonly Event[],
  { from, to }: { readonly from: EpochMs; readonly to: EpochMs },
  webhookTells: WebhookTells,
): Doing[] {
  return [...Map.groupBy(events, doingOf).values()].filter(
    (told): told is [Event, ...Event[]] =>
      told.some((event) => event.side === 'client' && webhookTells(event)) &&
      told.every(({ at }) => at >= from && at <= to),
  );
}

const doingOf = (event: Event): string =>
  eventKey(event.channel, event.kind === 'call' ? `call ${event.call.id}` : event.id);

/** Without the calls that are on record by any event: a list may name a call's events otherwise than the webhook. */
async function unrecorded(doings: readonly Doing[], deps: ListenerDeps): Promise<Doing[]> {
  const calls = doings.flatMap(([event]) =>
    event.kind === 'call' ? [{ channel: event.channel, id: event.call.id }] : [],
  );
  const recorded = calls.length > 0 ? await deps.recordedCalls(calls) : new Set<string>();
  return doings.filter(
    ([event]) => event.kind !== 'call' || !recorded.has(eventKey(event.channel, event.call.id)),
  );
}

/** How many of them are told for the first time. */
function countFresh(doings: readonly Doing[], fresh: readonly Event[]): number {
  const isFresh = new Set(fresh.map(({ channel, id }) => eventKey(channel, id)));
  return doings.filter((told) => told.every(({ channel, id }) => isFresh.has(eventKey(channel, id)))).length;
}

const hookIsDeaf = (count: number): LocalizedText => ({
  ru: `вебхук не сработал (обращений: ${count}): их нашёл только опрос, с опозданием до минуты. Проверьте адрес в кабинете провайдера`,
  en: `the webhook kept silent (requests: ${count}): only polling found them, up to a minute late. Check the address at the provider’s`,
});
