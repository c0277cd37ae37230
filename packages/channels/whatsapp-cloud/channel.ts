import { channelsOf } from '@otklik/config';
import type { Channel } from '../channel.ts';
import { greetMeta, signedByMeta } from '../provider/metaWebhook.ts';
import { type WhatsappCloudChannel, whatsappCloudKind } from './config.ts';
import { keepNumber } from './keepNumber.ts';
import { receiveMeta } from './receive.ts';
import { CLOUD_CARRIES, sendByGraph } from './send.ts';

/** A number by Meta's official Cloud API. */
export const whatsappCloudChannel: Channel<WhatsappCloudChannel> = {
  config: whatsappCloudKind,
  repeats: true,
  greet: greetMeta,
  receive: receiveMeta,
  sample(channel, { now }) {
    const value = {
      messaging_product: 'whatsapp',
      metadata: { display_phone_number: '0', phone_number_id: channel.phoneNumberId },
      contacts: [{ wa_id: '70000000000', profile: { name: 'Otklik' } }],
      messages: [
        {
          from: '70000000000',
          id: `wamid.otklik-test-${now}`,
          timestamp: String(Math.floor(now / 1_000)),
          type: 'text',
          text: { body: 'Проверка канала / channel test' },
        },
      ],
    };
    const body = JSON.stringify({
      object: 'whatsapp_business_account',
      entry: [{ id: '0', changes: [{ field: 'messages', value }] }],
    });
    return signedByMeta(channel, body);
  },
  feeds: (config) =>
    channelsOf(config, whatsappCloudKind).flatMap((channel) =>
      channel.token === null
        ? []
        : [
            {
              name: `whatsapp_cloud:${channel.phoneNumberId}`,
              channel: channel.id,
              fingerprint: JSON.stringify([channel.id, channel.token.reveal(), channel.apiRoot]),
              start: (deps) => keepNumber(channel, deps),
            },
          ],
    ),
  send: (channel, outgoing, deps) => sendByGraph(channel, outgoing, deps),
  carries: () => CLOUD_CARRIES,
};
