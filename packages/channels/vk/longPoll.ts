import type { Config, VkChannel } from '@otklik/config';
import { SECOND } from '@otklik/domain';
import { z } from 'zod';
import type { ListenerWorld } from '../channel.ts';
import { callProviderJson } from '../provider/callProvider.ts';
import { backoffMs, type Pace, pause } from '../telegram/pace.ts';
import { callVk } from './api.ts';
import { eventsOfUpdate } from './normalise.ts';

const WAIT_SECONDS = 15;
const PLACE = 'long-poll/ts';

const serverShape = z.looseObject({
  key: z.string(),
  server: z.string(),
  ts: z.union([z.string(), z.number()]).transform(String),
});
const batchShape = z.union([
  z.looseObject({
    ts: z.union([z.string(), z.number()]).transform(String),
    updates: z.array(z.looseObject({ type: z.string(), object: z.unknown().optional() })),
  }),
  z.looseObject({ failed: z.number(), ts: z.union([z.string(), z.number()]).transform(String).optional() }),
]);

/**
 * Events without a public address. The place in VK's feed is saved after what came is kept, so that nothing is passed over
 * when we fail; what VK itself no longer has (`failed: 1`) the list of conversations brings.
 * https://dev.vk.com/api/bots-long-poll/getting-started
 */
export async function longPoll(
  channel: VkChannel,
  config: Config,
  world: ListenerWorld,
  pace: Pick<Pace, 'firstBackoffMs' | 'maxBackoffMs' | 'random'>,
  stopped: AbortSignal,
): Promise<void> {
  let server: z.output<typeof serverShape> | null = null;
  let ts: string | null = null;
  let failures = 0;
  while (!stopped.aborted) {
    try {
      if (server === null) {
        server = serverShape.parse(
          await callVk(channel, 'groups.getLongPollServer', { group_id: channel.groupId }, stopped),
        );
        ts ??= (await world.memory.recall([PLACE])).get(PLACE) ?? server.ts;
      }
      const query = new URLSearchParams({
        act: 'a_check',
        key: server.key,
        ts: ts ?? server.ts,
        wait: String(WAIT_SECONDS),
      });
      const batch = batchShape.parse(
        await callProviderJson({ provider: 'VK', url: `${server.server}?${query}` }, stopped),
      );
      if ('updates' in batch && Array.isArray(batch.updates)) {
        await keep(batch.updates, channel, config, world);
        ts = batch.ts ?? ts;
      } else if (batch.failed === 1) {
        ts = batch.ts ?? ts;
      } else {
        // The key is over (2), or everything is new (3): the place stays where VK knows it.
        if (batch.failed === 3) ts = null;
        server = null;
      }
      if (ts !== null) await world.memory.remember(new Map([[PLACE, ts]]), 'account');
      failures = 0;
    } catch (error) {
      if (stopped.aborted) return;
      failures += 1;
      server = null;
      world.log.warn({ err: error }, 'VK’s Long Poll failed; it is tried again');
      await pause(Math.max(SECOND / 20, backoffMs(pace, failures)), stopped);
    }
  }
}

async function keep(
  updates: readonly { type: string; object?: unknown }[],
  channel: VkChannel,
  { privacy }: Config,
  world: ListenerWorld,
): Promise<void> {
  const read = updates.map(({ type, object }) => ({
    update: { type, object },
    ...eventsOfUpdate(type, object, channel, privacy, world.now()),
  }));
  for (const { update, faults } of read)
    if (faults[0] !== undefined) await world.quarantine(update, faults[0]);
  const events = read.flatMap((each) => each.events);
  if (events.length > 0) await world.deliver({ events, staff: [] });
}
