import { type Config, channelsOf } from '@otklik/config';
import type { Event } from '@otklik/domain';
import type { Channel, Feed, Received } from '../channel.ts';
import { readJson, taken } from '../provider/hook.ts';
import { FORGED, greetMeta, isSigned, signedByMeta } from '../provider/metaWebhook.ts';
import { RECONCILE_PACE, type ReconcilePace, reconcile } from '../provider/reconcile.ts';
import { type MetaChannel, metaKind } from './config.ts';
import { judgeInstantReplies } from './instantReplies.ts';
import { nameSender } from './nameSender.ts';
import { readMetaBody } from './normalise.ts';
import { pollMeta } from './poll.ts';
import { metaCarries, sendByMeta } from './send.ts';

/** Meta repeats for 36 hours without a 200. */
export const metaChannel: Channel<MetaChannel> = {
  config: metaKind,
  repeats: true,
  greet: (channel, query) => greetMeta(channel, query),
  async receive(channel, request, { config, memoryOf }): Promise<Received> {
    if (!isSigned(channel, request)) return FORGED;
    const find = (account: string): MetaChannel | null => accountIn(config, account, channel);
    const { receivedAt } = request;
    const { said, unnamed, faults } = readMetaBody(readJson(request.body), find, config.privacy, receivedAt);
    const named = await Promise.all(unnamed.map((each) => nameSender(each, config, receivedAt)));
    const all = [...said, ...named.flatMap((found) => found.said)];
    const events: Event[] = [];
    for (const [own, theirs] of Map.groupBy(all, (each) => each.channel)) {
      const judged = await judgeInstantReplies(theirs, own, memoryOf(own.id));
      await judged.remember();
      events.push(...judged.events);
    }
    return taken(events, [...faults, ...named.flatMap((found) => found.faults)], {
      status: 200,
      body: 'EVENT_RECEIVED',
    });
  },
  sample(channel, { now }) {
    const body = JSON.stringify({
      object: channel.platform === 'messenger' ? 'page' : 'instagram',
      entry: [
        {
          id: channel.accountId,
          time: now,
          messaging: [
            {
              sender: { id: '1' },
              recipient: { id: channel.accountId },
              timestamp: now,
              message: { mid: `otklik-test-${now}`, text: 'Проверка канала / channel test' },
            },
          ],
        },
      ],
    });
    return signedByMeta(channel, body);
  },
  feeds: (config) =>
    channelsOf(config, metaKind)
      .filter(({ token }) => token !== null)
      .map((channel) => metaFeed(channel, config, RECONCILE_PACE)),
  send: sendByMeta,
  carries: metaCarries,
};

/** Another account's entry counts only with the same app secret. */
const accountIn = (config: Config, account: string, { appSecret: own }: MetaChannel): MetaChannel | null =>
  channelsOf(config, metaKind).find(
    ({ accountId, appSecret }) => accountId === account && appSecret.reveal() === own.reveal(),
  ) ?? null;

export function metaFeed(channel: MetaChannel, config: Config, pace: ReconcilePace): Feed {
  return {
    name: `meta:${channel.accountId}`,
    channel: channel.id,
    fingerprint: JSON.stringify([
      channel.id,
      channel.token?.reveal(),
      channel.apiRoot,
      channel.botApps,
      channel.autoReplies,
      channel.staff,
    ]),
    start: (deps) => reconcile(pollMeta(channel, config, deps), deps, pace, () => true),
  };
}
