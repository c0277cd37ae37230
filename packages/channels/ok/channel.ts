import { type Config, channelsOf } from '@otklik/config';
import { SECOND } from '@otklik/domain';
import { z } from 'zod';
import type { Channel, Feed, Received } from '../channel.ts';
import { forged, hasKey, NO_KEY, readJson, taken } from '../provider/hook.ts';
import { RECONCILE_PACE, type ReconcilePace, reconcile } from '../provider/reconcile.ts';
import { type OkChannel, okKind } from './config.ts';
import { eventOfMessage, eventOfPress, messageShape, pressShape } from './normalise.ts';
import { pollOk } from './poll.ts';
import { sendByOk } from './send.ts';

/** Answers are seen by no other way. */
const LOOK_EVERY_MS = 10 * SECOND;
const chatEventShape = z.looseObject({ webhookType: z.string() });

/** Odnoklassniki wants 200 within five seconds and repeats for eight hours. */
export const okChannel: Channel<OkChannel> = {
  config: okKind,
  repeats: true,
  receive(channel, request, { config }): Received {
    if (!hasKey(request, channel.key.reveal())) return forged('Odnoklassniki', NO_KEY);
    const json = readJson(request.body);
    const { data } = messageShape.safeParse(json);
    const answer = { status: 200, body: { success: true } };
    if (data) return taken([eventOfMessage(data, channel, config.privacy, request.receivedAt)], [], answer);
    const { data: press } = pressShape.safeParse(json);
    if (press) {
      const event = eventOfPress(press, channel, config.privacy, request.receivedAt);
      return taken(event === null ? [] : [event], [], answer);
    }
    // Joins, leaves and renames of chats.
    const type = chatEventShape.safeParse(json).data?.webhookType;
    const isOther = type?.startsWith('CHAT_') === true;
    return taken([], isOther ? [] : ['the body is no message of Odnoklassniki'], answer);
  },
  sample: ({ key }, { now }) => ({
    method: 'POST',
    path: `?key=${key.reveal()}`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      sender: { user_id: 'user:1', name: 'Otklik' },
      recipient: { chat_id: 'chat:otklik-test' },
      message: { text: 'Проверка канала / channel test', seq: now, mid: `mid:otklik-test-${now}` },
      timestamp: now,
    }),
  }),
  feeds: (config) =>
    channelsOf(config, okKind).map((channel) =>
      okFeed(channel, config, { ...RECONCILE_PACE, everyMs: LOOK_EVERY_MS }),
    ),
  send: sendByOk,
};

export function okFeed(channel: OkChannel, config: Config, pace: ReconcilePace): Feed {
  return {
    name: `ok:${channel.id}`,
    channel: channel.id,
    fingerprint: JSON.stringify([
      channel.token.reveal(),
      channel.key.reveal(),
      channel.apiRoot,
      channel.staff,
      config.publicUrl,
    ]),
    start: (deps) =>
      reconcile(pollOk(channel, config, deps), deps, pace, config.publicUrl === null ? null : () => true),
  };
}
