import { type Config, channelsOf } from '@otklik/config';
import type { Channel, Feed } from '../channel.ts';
import { type WhatsappChannel, whatsappKind } from './config.ts';
import { listenWhatsapp } from './listen.ts';
import { askForCode, pairingOf } from './pairing.ts';
import { WHATSAPP_CARRIES } from './send.ts';

/** We are a linked device with one live connection. */
export const whatsappChannel: Channel<WhatsappChannel> = {
  config: whatsappKind,
  feeds: (config) => channelsOf(config, whatsappKind).map((channel) => feedOf(channel, config)),
  linking: { shown: pairingOf, askForCode },
  send: (_channel, outgoing, { viaListener }) => viaListener(outgoing),
  sendsByListener: true,
  carries: () => WHATSAPP_CARRIES,
  edit: (_channel, edit, { viaListener }) => viaListener(edit),
};

function feedOf(channel: WhatsappChannel, { privacy }: Config): Feed {
  return {
    name: `whatsapp:${channel.phone}`,
    channel: channel.id,
    fingerprint: JSON.stringify([
      channel.id,
      channel.phone,
      channel.key.reveal(),
      channel.webSocket,
      channel.autoReplies,
      channel.colleagues,
      channel.policy.formalReplies,
      privacy,
    ]),
    start: (deps) => listenWhatsapp(channel, privacy, deps),
  };
}
