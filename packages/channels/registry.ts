import { type ChannelBase, type ConfigKind, type Config as ConfigOf, configFormat } from '@otklik/config';
import { avitoChannel } from './avito/channel.ts';
import type { Channel, Feed } from './channel.ts';
import { emailChannel } from './email/channel.ts';
import { jivoChannel } from './jivo/channel.ts';
import { maxChannel } from './max/channel.ts';
import { metaChannel } from './meta/channel.ts';
import { okChannel } from './ok/channel.ts';
import { phoneChannel } from './phone/channel.ts';
import { smsChannel } from './sms/channel.ts';
import { tawkChannel } from './tawk/channel.ts';
import { telegramChannel } from './telegram/channel.ts';
import { vkChannel } from './vk/channel.ts';
import { webhookChannel } from './webhook/channel.ts';
import { whatsappChannel } from './whatsapp/channel.ts';
import { whatsappCloudChannel } from './whatsapp-cloud/channel.ts';

/** The one place that knows every kind: a new one is a folder and a line here. In the order in which people are told of them. */
const KINDS = [
  webhookChannel,
  telegramChannel,
  whatsappChannel,
  whatsappCloudChannel,
  emailChannel,
  phoneChannel,
  avitoChannel,
  vkChannel,
  maxChannel,
  metaChannel,
  okChannel,
  jivoChannel,
  smsChannel,
  tawkChannel,
] as const;

type CheckedBy<Kind> = Kind extends { readonly config: ConfigKind<infer Checked> } ? Checked : never;

/** A channel of otklik.yaml, of whichever kind. */
export type ChannelConfig = CheckedBy<(typeof KINDS)[number]>;

/** otklik.yaml, checked, with channels of these kinds. */
export type Config = ConfigOf<ChannelConfig>;

/** What otklik.yaml may say. */
export const CONFIG_FORMAT = configFormat<ChannelConfig>([
  webhookChannel.config,
  ...KINDS.slice(1).map(({ config }) => config),
]);

/** The implementation of the channel's kind. */
export function channelOf<Kind extends ChannelBase>({ kind }: Kind): Channel<Kind> {
  const found: Channel | undefined = KINDS.find(({ config }) => config.kind === kind);
  if (found === undefined) throw new Error(`kind ${kind} passed the checks and is not there`);
  return found as Channel as Channel<Kind>;
}

/** Whether employees' words can go through us. */
export function canAnswer(channel: ChannelBase): boolean {
  const { send, canSend } = channelOf(channel);
  return send !== undefined && (canSend?.(channel) ?? true);
}

/** Accounts that we read ourselves. */
export function feedsOf(config: ConfigOf): Feed[] {
  return KINDS.flatMap((kind: Pick<Channel, 'feeds'>) => kind.feeds?.(config) ?? []);
}
