import { type Config, channelsOf } from '@otklik/config';
import type { Channel, Feed, Received } from '../channel.ts';
import { forged, readJson, sameSecret, taken } from '../provider/hook.ts';
import { RECONCILE_PACE, type ReconcilePace, reconcile } from '../provider/reconcile.ts';
import { checkMax } from './check.ts';
import { type MaxChannel, maxKind } from './config.ts';
import { longPollMax } from './longPoll.ts';
import { eventsOfUpdate } from './normalise.ts';
import { pollMax } from './poll.ts';
import { editByMax, sendByMax } from './send.ts';
import { MAX_CARRIES } from './upload.ts';

/** MAX repeats the webhook for hours without a 200. */
export const maxChannel: Channel<MaxChannel> = {
  config: maxKind,
  repeats: true,
  receive(channel, request, { config }): Received {
    const given = request.headers['x-max-bot-api-secret'];
    if (channel.secret === null || !sameSecret(given, channel.secret.reveal()))
      return forged('MAX', 'X-Max-Bot-Api-Secret is missing, or is not the secret of otklik.yaml.');
    const { events, faults } = eventsOfUpdate(
      readJson(request.body),
      channel,
      config.privacy,
      request.receivedAt,
    );
    return taken(events, faults, { status: 200, body: { success: true } });
  },
  sample: ({ secret }, { now }) =>
    secret === null
      ? null
      : {
          method: 'POST',
          path: '',
          headers: { 'content-type': 'application/json', 'x-max-bot-api-secret': secret.reveal() },
          body: JSON.stringify({
            update_type: 'message_created',
            timestamp: now,
            message: {
              sender: { user_id: 1, is_bot: false, first_name: 'Otklik' },
              recipient: { chat_id: 1, chat_type: 'dialog' },
              timestamp: now,
              body: { mid: `otklik-test-${now}`, seq: now, text: 'Проверка канала / channel test' },
            },
          }),
        },
  feeds: (config) => channelsOf(config, maxKind).map((channel) => maxFeed(channel, config, RECONCILE_PACE)),
  carries: () => MAX_CARRIES,
  send: sendByMax,
  edit: editByMax,
  check: (channel, { config }) => checkMax(channel, config),
};

export function maxFeed(channel: MaxChannel, config: Config, pace: ReconcilePace): Feed {
  return {
    name: `max:${channel.id}`,
    channel: channel.id,
    fingerprint: JSON.stringify([
      channel.token.reveal(),
      channel.secret?.reveal(),
      channel.apiRoot,
      channel.staff,
      channel.chats,
      config.publicUrl,
    ]),
    start: (deps) =>
      channel.secret === null
        ? longPollMax(channel, config, deps, pace)
        : reconcile(
            pollMax(channel, config, deps),
            deps,
            pace,
            config.publicUrl === null ? null : () => true,
          ),
  };
}
