import { type Config, channelsOf } from '@otklik/config';
import { z } from 'zod';
import type { Channel, Feed, Received } from '../channel.ts';
import { ProviderTrouble } from '../provider/callProvider.ts';
import { forged, readJson, sameSecret, taken } from '../provider/hook.ts';
import { RECONCILE_PACE, type ReconcilePace, reconcile } from '../provider/reconcile.ts';
import { editBy, sendBy } from '../provider/sendBy.ts';
import { callMax } from './ask.ts';
import { checkMax } from './check.ts';
import { type MaxChannel, maxKind } from './config.ts';
import { longPollMax } from './longPoll.ts';
import { eventsOfUpdate, HIDDEN } from './normalise.ts';
import { pollMax } from './poll.ts';
import { MAX_CARRIES, uploadToMax, whenReady } from './upload.ts';

const LONGEST_TEXT = 4_000;
const sentShape = z.looseObject({ message: z.looseObject({ body: z.looseObject({ mid: z.string() }) }) });

/** A bot of MAX. Its webhook is repeated for hours until it gets a 200. */
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
  send: (channel, { thread, text, file }, { now }) =>
    sendBy({ text, ...(file && { file }) }, LONGEST_TEXT, now, async (words) => {
      if (thread.startsWith('comment/'))
        throw new ProviderTrouble(
          { ru: 'на комментарии отвечают в самом MAX', en: 'comments are answered in MAX itself' },
          { status: 400 },
        );
      if (thread.startsWith(HIDDEN))
        throw new ProviderTrouble(
          {
            ru: 'MAX не сказал, в каком чате написали: откройте MAX и ответьте там',
            en: 'MAX did not say in which chat it was: open MAX and answer there',
          },
          { status: 400 },
        );
      const path = `/messages?chat_id=${encodeURIComponent(thread)}`;
      const { signal } = new AbortController();
      const attachments = file && [await uploadToMax(channel, file, signal)];
      const body = { text: words, ...(attachments && { attachments }) };
      const { data } = sentShape.safeParse(await whenReady(() => callMax(channel, path, body, signal)));
      if (!data)
        throw new ProviderTrouble(
          { ru: 'MAX не назвал номер сообщения', en: 'MAX gave no id for the message' },
          { status: 400 },
        );
      const { mid } = data.message.body;
      return { id: mid, handle: mid };
    }),
  // What is attached stays. In a dialogue within seven days: https://dev.max.ru/docs-api/methods/PUT/messages
  edit: (channel, { handle, text }) =>
    editBy(text, LONGEST_TEXT, (words) =>
      callMax(
        channel,
        `/messages?message_id=${encodeURIComponent(handle)}`,
        { text: words },
        new AbortController().signal,
        'PUT',
      ),
    ),
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
