import type { JivoChannel } from '@otklik/config';
import type { Channel, Received } from '../channel.ts';
import { forged, hasKey, NO_KEY, readJson, taken } from '../provider/hook.ts';
import { eventsOfJivo } from './normalise.ts';

/** A site chat of Jivo. It repeats nothing and has no list. */
export const jivoChannel: Channel<JivoChannel> = {
  kind: 'jivo',
  receive(channel, request, { config }): Received {
    if (!hasKey(request, channel.key.reveal())) return forged('Jivo', NO_KEY);
    const { events, faults } = eventsOfJivo(
      readJson(request.body),
      channel,
      config.privacy,
      request.receivedAt,
    );
    return taken(events, faults, { status: 200, body: { result: 'ok' } });
  },
  sample: ({ key }, { now }) => ({
    method: 'POST',
    path: `?key=${key.reveal()}`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      event_name: 'offline_message',
      offline_message_id: `otklik-test-${now}`,
      message: 'Проверка канала / channel test',
      visitor: { name: 'Otklik', number: 'otklik-test' },
    }),
  }),
};
