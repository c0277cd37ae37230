import type { WhatsappCloudChannel } from '@otklik/config';
import type { Channel } from '../channel.ts';
import { keepNumber } from './keepNumber.ts';
import { greetMeta, receiveMeta } from './receive.ts';
import { sendByGraph } from './send.ts';

/** A WhatsApp number by Meta's official Cloud API. */
export const whatsappCloudChannel: Channel<WhatsappCloudChannel> = {
  kind: 'whatsapp_cloud',
  greet: greetMeta,
  receive: receiveMeta,
  feeds: (config) =>
    [...config.channels.values()].flatMap((channel) =>
      channel.kind !== 'whatsapp_cloud' || channel.token === null
        ? []
        : [
            {
              name: `whatsapp_cloud:${channel.phoneNumberId}`,
              channel: channel.id,
              fingerprint: JSON.stringify([channel.id, channel.token.reveal(), channel.apiRoot]),
              start: (world) => keepNumber(channel, world),
            },
          ],
    ),
  send: sendByGraph,
};
