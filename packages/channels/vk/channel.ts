import { type Config, channelsOf } from '@otklik/config';
import { z } from 'zod';
import type { Channel, Feed, Received } from '../channel.ts';
import { forged, readJson, sameSecret, taken } from '../provider/hook.ts';
import { RECONCILE_PACE, type ReconcilePace, reconcile } from '../provider/reconcile.ts';
import { checkVk } from './check.ts';
import { type VkChannel, vkKind } from './config.ts';
import { longPoll, readVkAgain } from './longPoll.ts';
import { eventsOfUpdate } from './normalise.ts';
import { type LongPollNews, pollVk } from './poll.ts';
import { editByVk, sendByVk } from './send.ts';
import { VK_CARRIES } from './upload.ts';

const OK = { status: 200, body: 'ok' };

const bodyShape = z.looseObject({
  type: z.string(),
  group_id: z.union([z.number(), z.string()]).transform(String),
  secret: z.string().optional(),
  object: z.unknown().optional(),
});

/** A VK community. The Callback API wants `ok` and repeats without it. */
export const vkChannel: Channel<VkChannel> = {
  config: vkKind,
  repeats: true,
  receive(channel, request, { config }): Received {
    const { data } = bodyShape.safeParse(readJson(request.body));
    const isOurs = data?.group_id === channel.groupId;
    if (isOurs && data.type === 'confirmation' && channel.confirmation !== null)
      return taken([], [], { status: 200, body: channel.confirmation });
    if (!isOurs || channel.secret === null || !sameSecret(data.secret, channel.secret.reveal()))
      return forged('VK', 'group_id or secret is not the one of otklik.yaml.');
    const { events, faults } = eventsOfUpdate(
      data.type,
      data.object,
      channel,
      config.privacy,
      request.receivedAt,
    );
    return taken(events, faults, OK);
  },
  sample: (channel, { now }) =>
    channel.secret === null
      ? null
      : {
          method: 'POST',
          path: '',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({
            type: 'message_new',
            group_id: Number(channel.groupId),
            event_id: `otklik-test-${now}`,
            v: '5.199',
            secret: channel.secret.reveal(),
            object: {
              message: {
                id: 0,
                conversation_message_id: Math.floor(now / 1_000),
                date: Math.floor(now / 1_000),
                from_id: 1,
                peer_id: 1,
                out: 0,
                text: 'Проверка канала / channel test',
              },
            },
          }),
        },
  feeds: (config) => channelsOf(config, vkKind).map((channel) => vkFeed(channel, config, RECONCILE_PACE)),
  carries: () => VK_CARRIES,
  send: sendByVk,
  edit: editByVk,
  check: (channel, { config }) => checkVk(channel, config),
};

export function vkFeed(channel: VkChannel, config: Config, pace: ReconcilePace): Feed {
  return {
    name: `vk:${channel.groupId}`,
    channel: channel.id,
    fingerprint: JSON.stringify([
      channel.id,
      channel.token.reveal(),
      channel.userToken?.reveal(),
      channel.commentsOf,
      channel.secret === null,
      channel.apiRoot,
      channel.staff,
      config.publicUrl,
    ]),
    start: (deps) => {
      const news: LongPollNews = { trouble: null };
      const list = reconcile(
        pollVk(channel, config, deps, news),
        deps,
        pace,
        channel.secret === null ? null : () => true,
      );
      if (channel.secret !== null) return list;
      const stopping = new AbortController();
      const polling = longPoll(channel, config, deps, pace, news, stopping.signal);
      return {
        stop: () => {
          stopping.abort();
          list.stop();
        },
        done: Promise.all([list.done, polling]).then(() => undefined),
        readAgain: (asides) => readVkAgain(asides, channel, config, deps),
      };
    },
  };
}
