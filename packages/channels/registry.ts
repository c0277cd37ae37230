import type { ChannelConfig, Config } from '@otklik/config';
import { avitoChannel } from './avito/channel.ts';
import type { Channel, Feed } from './channel.ts';
import { emailChannel } from './email/channel.ts';
import { jivoChannel } from './jivo/channel.ts';
import { maxChannel } from './max/channel.ts';
import { metaChannel } from './meta/channel.ts';
import { okChannel } from './ok/channel.ts';
import { phoneChannel } from './phone/channel.ts';
import { smsChannel } from './sms/channel.ts';
import { telegramChannel } from './telegram/channel.ts';
import { vkChannel } from './vk/channel.ts';
import { webhookChannel } from './webhook/channel.ts';
import { whatsappChannel } from './whatsapp/channel.ts';
import { whatsappCloudChannel } from './whatsapp-cloud/channel.ts';

/** The one place that knows every kind: a new one is a folder and a line here. */
const KINDS: { readonly [Kind in ChannelConfig['kind']]: Channel<Extract<ChannelConfig, { kind: Kind }>> } = {
  webhook: webhookChannel,
  telegram: telegramChannel,
  email: emailChannel,
  phone: phoneChannel,
  avito: avitoChannel,
  vk: vkChannel,
  max: maxChannel,
  meta: metaChannel,
  ok: okChannel,
  jivo: jivoChannel,
  sms: smsChannel,
  whatsapp: whatsappChannel,
  whatsapp_cloud: whatsappCloudChannel,
};

/** What channels of this kind can do. */
export function channelOf<Kind extends ChannelConfig>(channel: Kind): Channel<Kind> {
  return KINDS[channel.kind] as Channel<ChannelConfig> as Channel<Kind>;
}

/** Whether an employee's words can go from us to a client of this channel. */
export const canAnswer = (channel: ChannelConfig): boolean =>
  channelOf(channel).send !== undefined && !(channel.kind === 'email' && channel.smtp === null);

/** Every account that the config asks us to listen to ourselves. */
export function feedsOf(config: Config): Feed[] {
  return Object.values<Pick<Channel, 'feeds'>>(KINDS).flatMap((kind) => kind.feeds?.(config) ?? []);
}
