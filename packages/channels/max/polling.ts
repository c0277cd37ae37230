import { isDeepStrictEqual } from 'node:util';
import type { Config, MaxChannel } from '@otklik/config';
import { z } from 'zod';
import type { Listener, ListenerState, ListenerWorld } from '../channel.ts';
import { ProviderTrouble } from '../provider/callProvider.ts';
import type { ReconcilePace } from '../provider/reconcile.ts';
import { backoffMs, pause } from '../telegram/pace.ts';
import { callMax } from './look.ts';
import { eventsOfUpdate } from './normalise.ts';

const LIMIT = 100;
const WAIT_SECONDS = 15;
const batchShape = z.looseObject({ updates: z.array(z.unknown()), marker: z.number().nullish() });

type PollPace = Pick<ReconcilePace, 'firstBackoffMs' | 'maxBackoffMs' | 'random'>;

/**
 * Long polling. MAX gives again what was not confirmed by the next marker, so that the marker is saved after the updates are
 * kept. https://dev.max.ru/docs-api/methods/GET/updates
 */
export function pollMax(channel: MaxChannel, config: Config, world: ListenerWorld, pace: PollPace): Listener {
  const stopping = new AbortController();
  return { stop: () => stopping.abort(), done: run(channel, config, world, pace, stopping.signal) };
}

async function run(
  channel: MaxChannel,
  { privacy }: Config,
  world: ListenerWorld,
  pace: PollPace,
  stopped: AbortSignal,
): Promise<void> {
  let marker: string | null | undefined;
  let failures = 0;
  let caughtUp = false;
  let state: ListenerState | null = null;
  const say = (next: ListenerState): void => {
    if (isDeepStrictEqual(state, next)) return;
    state = next;
    world.report(next);
  };
  while (!stopped.aborted) {
    try {
      if (marker === undefined) marker = await world.loadCursor();
      const wait = caughtUp ? WAIT_SECONDS : 0;
      const place = marker === null ? '' : `&marker=${marker}`;
      const { data } = batchShape.safeParse(
        await callMax(channel, `/updates?limit=${LIMIT}&timeout=${wait}${place}`, null, stopped),
      );
      if (!data)
        throw new ProviderTrouble({
          ru: 'MAX ответил не списком событий',
          en: 'MAX answered with no list of updates',
        });
      const read = data.updates.map((update) => ({
        update,
        ...eventsOfUpdate(update, channel, privacy, world.now()),
      }));
      for (const { update, faults } of read)
        if (faults[0] !== undefined) await world.quarantine(update, faults[0]);
      const events = read.flatMap((each) => each.events);
      if (events.length > 0) await world.deliver({ events, staff: [] });
      if (data.marker !== null && data.marker !== undefined && String(data.marker) !== marker) {
        marker = String(data.marker);
        await world.saveCursor(marker);
      }
      failures = 0;
      if (data.updates.length < LIMIT) caughtUp = true;
      say({ up: true, caughtUp, problem: null });
    } catch (error) {
      if (stopped.aborted) return;
      failures += 1;
      const trouble = error instanceof ProviderTrouble ? error : null;
      if (trouble === null)
        world.log.error({ err: error }, 'updates of MAX could not be taken; they are read again');
      // One lost packet is no outage.
      if (failures >= 3 || state === null) say({ up: false, caughtUp, problem: trouble?.said ?? OUR_OWN });
      await pause(Math.max(trouble?.afterMs ?? 0, backoffMs(pace, failures)), stopped);
    }
  }
}

const OUR_OWN = {
  ru: 'события MAX не удалось прочитать: подробности в журнале',
  en: 'the updates of MAX could not be taken: see the log',
};
