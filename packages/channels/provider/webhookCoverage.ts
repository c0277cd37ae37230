import { type EpochMs, type Event, eventKey, HOUR, SECOND } from '@otklik/domain';
import type { ListenerDeps, LocalizedText } from '../channel.ts';

/** Whether the webhook should tell an event before the list does. */
export type WebhookTells = (event: Event) => boolean;

/** Tolerance for a late webhook. */
const HOOK_WITHIN_MS = 30 * SECOND;
/** How long a dead webhook is reported after its last miss. */
const SPOKEN_OF_MS = 2 * HOUR;

export interface WebhookCoverage {
  /** Delivers a look, and counts what the webhook missed. `now`: the look's end. */
  deliver(events: readonly Event[], now: EpochMs): Promise<void>;
  gaps(now: EpochMs): readonly LocalizedText[];
}

/**
 * Checks the webhook by the list (law 10): a mistyped address would silently cost up to a minute per client. Counts
 * only from the start, as we missed earlier webhooks.
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

/** A message, or all events of a call. */
type Doing = readonly [Event, ...Event[]];

/** What clients did and the webhook should have told by now. */
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

/** List and webhook may name a call's events differently, so any recorded event counts. */
async function unrecorded(doings: readonly Doing[], deps: ListenerDeps): Promise<Doing[]> {
  const calls = doings.flatMap(([event]) =>
    event.kind === 'call' ? [{ channel: event.channel, id: event.call.id }] : [],
  );
  const recorded = calls.length > 0 ? await deps.recordedCalls(calls) : new Set<string>();
  return doings.filter(
    ([event]) => event.kind !== 'call' || !recorded.has(eventKey(event.channel, event.call.id)),
  );
}

function countFresh(doings: readonly Doing[], fresh: readonly Event[]): number {
  const isFresh = new Set(fresh.map(({ channel, id }) => eventKey(channel, id)));
  return doings.filter((told) => told.every(({ channel, id }) => isFresh.has(eventKey(channel, id)))).length;
}

const hookIsDeaf = (count: number): LocalizedText => ({
  ru: `вебхук не сработал (обращений: ${count}): их нашёл только опрос, с опозданием до минуты. Проверьте адрес в кабинете провайдера`,
  en: `the webhook kept silent (requests: ${count}): only polling found them, up to a minute late. Check the address at the provider’s`,
});
