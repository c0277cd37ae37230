import type { Config } from '@otklik/config';
import { type EpochMs, SECOND } from '@otklik/domain';
import { type Backoff, backoffMs, pause } from '@otklik/timing';
import { z } from 'zod';
import type { ListenerDeps, LocalizedText, ToldAside } from '../channel.ts';
import { callProviderJson, ProviderTrouble } from '../provider/callProvider.ts';
import { callVk } from './api.ts';
import type { VkChannel } from './config.ts';
import { eventsOfUpdate } from './normalise.ts';
import type { LongPollNews } from './poll.ts';

const WAIT_SECONDS = 15;
const PLACE = 'long-poll/ts';
/** More than a lost packet. */
const FAILURES_TO_TELL = 3;

const place = z.union([z.string(), z.number()]).transform(String);
const serverShape = z.looseObject({ key: z.string(), server: z.string(), ts: place });
const updateShape = z.looseObject({ type: z.string(), object: z.unknown().optional() });
const batchShape = z.union([
  z.looseObject({
    ts: place,
    updates: z.array(updateShape),
  }),
  z.looseObject({ failed: z.number(), ts: place.optional() }),
]);
type Failed = { readonly failed: number; readonly ts?: string | undefined };

/**
 * Needs no public address. The place is saved after its events are kept; what VK no longer has (`failed` 1 and 3) the
 * lists bring. https://dev.vk.com/api/bots-long-poll/getting-started
 */
export async function longPoll(
  channel: VkChannel,
  config: Config,
  deps: ListenerDeps,
  pace: Required<Backoff>,
  news: LongPollNews,
  stopped: AbortSignal,
): Promise<void> {
  let server: z.output<typeof serverShape> | null = null;
  let saved: string | null | undefined;
  let ts: string | null = null;
  let failures = 0;
  while (!stopped.aborted) {
    try {
      if (saved === undefined) ts = saved = (await deps.memory.recall([PLACE])).get(PLACE) ?? null;
      if (server === null) {
        const params = { group_id: channel.groupId };
        server = serverShape.parse(await callVk(channel, 'groups.getLongPollServer', params, stopped));
        ts ??= server.ts;
      }
      const batch = await ask(server.server, server.key, ts ?? server.ts, stopped);
      if ('failed' in batch) {
        failures += 1;
        // 1: too old, VK gives the new place. 2: the key expired. 3: all is new.
        if (batch.failed === 1 && batch.ts !== undefined) ts = batch.ts;
        else [server, ts] = [null, batch.failed === 2 ? ts : null];
        // Once is normal; repeated failures back off.
        if (failures > 1) await pause(backoffMs(pace, failures), stopped);
      } else {
        await keep(batch.updates, channel, config, deps, deps.now());
        ts = batch.ts;
        failures = 0;
        news.trouble = null;
      }
      if (ts !== saved) await deps.memory.remember(new Map([[PLACE, ts]]), 'account');
      saved = ts;
    } catch (error) {
      if (stopped.aborted) return;
      failures += 1;
      server = null;
      deps.log.warn({ err: error }, 'VK’s Long Poll failed; it is tried again');
      await pause(Math.max(SECOND / 20, backoffMs(pace, failures)), stopped);
      if (failures >= FAILURES_TO_TELL) news.trouble = troubleOf(error);
    }
  }
}

async function ask(
  server: string,
  key: string,
  ts: string,
  stopped: AbortSignal,
): Promise<{ readonly ts: string; readonly updates: readonly Update[] } | Failed> {
  const query = new URLSearchParams({ act: 'a_check', key, ts, wait: String(WAIT_SECONDS) });
  const batch = batchShape.parse(
    await callProviderJson({ provider: 'VK', url: `${server}?${query}` }, stopped),
  );
  return 'updates' in batch && Array.isArray(batch.updates)
    ? { ts: batch.ts ?? ts, updates: batch.updates }
    : { failed: Number(batch.failed), ts: batch.ts };
}

const troubleOf = (error: unknown): LocalizedText => {
  const why = error instanceof ProviderTrouble ? error.said : { ru: 'см. журнал', en: 'see the log' };
  return {
    ru: `Long Poll не отвечает, события видны раз в минуту из списков: ${why.ru}`,
    en: `Long Poll does not answer, events are seen once a minute by the lists: ${why.en}`,
  };
};

interface Update {
  readonly type: string;
  readonly object?: unknown;
}

/** Reads quarantined updates again. */
export async function readVkAgain(
  asides: readonly ToldAside[],
  channel: VkChannel,
  config: Config,
  deps: ListenerDeps,
): Promise<void> {
  for (const { body, at } of asides) await keep([updateShape.parse(body)], channel, config, deps, at);
}

async function keep(
  updates: readonly Update[],
  channel: VkChannel,
  { privacy }: Config,
  deps: ListenerDeps,
  receivedAt: EpochMs,
): Promise<void> {
  const read = updates.map(({ type, object }) => ({
    update: { type, object },
    ...eventsOfUpdate(type, object, channel, privacy, receivedAt),
  }));
  for (const { update, faults } of read)
    if (faults[0] !== undefined) await deps.quarantine(update, faults[0]);
  const events = read.flatMap((each) => each.events);
  if (events.length > 0) await deps.deliver({ events, staff: [] });
}
