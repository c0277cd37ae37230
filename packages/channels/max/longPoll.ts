import { isDeepStrictEqual } from 'node:util';
import type { Config } from '@otklik/config';
import { type EpochMs, MINUTE } from '@otklik/domain';
import { backoffMs, pause } from '@otklik/timing';
import { z } from 'zod';
import type { Listener, ListenerDeps, ListenerState, LocalizedText } from '../channel.ts';
import { ProviderTrouble } from '../provider/callProvider.ts';
import type { ReconcilePace } from '../provider/reconcile.ts';
import { callMax } from './api.ts';
import { readChats } from './chats.ts';
import type { MaxChannel } from './config.ts';
import { eventsOfUpdate } from './normalise.ts';
import { heldBy, readSubscription } from './subscription.ts';

const LIMIT = 100;
const WAIT_SECONDS = 15;
const POLLED_AT = 'polled/at';
const batchShape = z.looseObject({ updates: z.array(z.unknown()), marker: z.number().nullish() });

type PollPace = Pick<ReconcilePace, 'firstBackoffMs' | 'maxBackoffMs' | 'random' | 'overlapMs'>;

/**
 * The next marker confirms, so it is saved after the updates are kept. MAX does not keep updates for ever: at the
 * start the configured chats are read from the last poll on. https://dev.max.ru/docs-api/methods/GET/updates
 */
export function longPollMax(
  channel: MaxChannel,
  config: Config,
  deps: ListenerDeps,
  pace: PollPace,
): Listener {
  const stopping = new AbortController();
  return {
    stop: () => stopping.abort(),
    done: run(channel, config, deps, pace, stopping.signal),
    readAgain: async (asides) => {
      for (const { body, at } of asides) await keep([body], channel, config, deps, at);
    },
  };
}

async function run(
  channel: MaxChannel,
  config: Config,
  deps: ListenerDeps,
  pace: PollPace,
  stopped: AbortSignal,
): Promise<void> {
  let marker: string | null | undefined;
  let gaps: readonly LocalizedText[] | null = null;
  let polledAt: EpochMs = 0;
  let failures = 0;
  let caughtUp = false;
  let state: ListenerState | null = null;
  const say = (next: ListenerState): void => {
    if (isDeepStrictEqual(state, next)) return;
    state = next;
    deps.report(next);
  };
  while (!stopped.aborted) {
    try {
      if (marker === undefined) marker = await deps.loadCursor();
      gaps ??= await catchUp(channel, config, deps, pace, stopped);
      const wait = caughtUp ? WAIT_SECONDS : 0;
      const place = marker === null ? '' : `&marker=${marker}`;
      const { data } = batchShape.safeParse(
        await callMax(channel, `/updates?limit=${LIMIT}&timeout=${wait}${place}`, null, stopped),
      );
      if (!data) throw new ProviderTrouble(NO_LIST);
      await keep(data.updates, channel, config, deps, deps.now());
      if (data.marker !== null && data.marker !== undefined && String(data.marker) !== marker) {
        marker = String(data.marker);
        await deps.saveCursor(marker);
      }
      if (deps.now() - polledAt >= MINUTE) {
        polledAt = deps.now();
        await deps.memory.remember(new Map([[POLLED_AT, String(polledAt)]]), 'account');
      }
      failures = 0;
      if (data.updates.length < LIMIT) caughtUp = true;
      say({ up: true, caughtUp, problem: null, gaps });
    } catch (error) {
      if (stopped.aborted) return;
      failures += 1;
      const trouble = error instanceof ProviderTrouble ? error : null;
      if (trouble === null)
        deps.log.error({ err: error }, 'updates of MAX could not be taken; they are read again');
      // One lost packet is no outage.
      if (failures >= 3 || state === null) say({ up: false, caughtUp, problem: trouble?.said ?? OUR_OWN });
      await pause(Math.max(trouble?.afterMs ?? 0, backoffMs(pace, failures)), stopped);
    }
  }
}

/** Reads what polling will not bring. */
async function catchUp(
  channel: MaxChannel,
  config: Config,
  deps: ListenerDeps,
  { overlapMs }: PollPace,
  stopped: AbortSignal,
): Promise<readonly LocalizedText[]> {
  const { others } = await readSubscription(channel, config, stopped);
  const held = others.length === 0 ? [] : [heldBy(others)];
  const polledAt = Number((await deps.memory.recall([POLLED_AT])).get(POLLED_AT) ?? deps.now());
  const { events, gaps } = await readChats(channel, config, deps, polledAt - overlapMs, stopped);
  if (events.length > 0) await deps.deliver({ events, staff: [] });
  return [...held, ...gaps];
}

async function keep(
  updates: readonly unknown[],
  channel: MaxChannel,
  { privacy }: Config,
  deps: ListenerDeps,
  receivedAt: EpochMs,
): Promise<void> {
  const read = updates.map((update) => ({
    update,
    ...eventsOfUpdate(update, channel, privacy, receivedAt),
  }));
  for (const { update, faults } of read)
    if (faults[0] !== undefined) await deps.quarantine(update, faults[0]);
  const events = read.flatMap((each) => each.events);
  if (events.length > 0) await deps.deliver({ events, staff: [] });
}

const OUR_OWN: LocalizedText = {
  ru: 'события MAX не удалось прочитать: подробности в журнале',
  en: 'the updates of MAX could not be taken: see the log',
};
const NO_LIST: LocalizedText = {
  ru: 'MAX ответил не списком событий',
  en: 'MAX answered with no list of updates',
};
