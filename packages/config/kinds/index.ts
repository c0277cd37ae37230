import { z } from 'zod';
import { type AvitoChannel, avitoKind } from './avito.ts';
import type { ChannelBase } from './channelBase.ts';
import { type EmailChannel, type EmailOAuth, emailKind } from './email.ts';
import { type JivoChannel, jivoKind } from './jivo.ts';
import type { KindConfig } from './kind.ts';
import { type MaxChannel, maxKind } from './max.ts';
import { type MetaChannel, metaKind } from './meta.ts';
import { type OkChannel, okKind } from './ok.ts';
import { type PhoneChannel, type PhoneProvider, phoneKind } from './phone.ts';
import { type SmsChannel, smsKind } from './sms.ts';
import { type TelegramChannel, telegramKind } from './telegram.ts';
import { type VkChannel, vkKind } from './vk.ts';
import { type WebhookChannel, webhookKind } from './webhook.ts';
import { type WhatsappChannel, whatsappKind } from './whatsapp.ts';
import { type WhatsappCloudChannel, whatsappCloudKind } from './whatsappCloud.ts';

export type {
  AvitoChannel,
  EmailChannel,
  EmailOAuth,
  JivoChannel,
  MaxChannel,
  MetaChannel,
  OkChannel,
  PhoneChannel,
  PhoneProvider,
  SmsChannel,
  TelegramChannel,
  VkChannel,
  WebhookChannel,
  WhatsappChannel,
  WhatsappCloudChannel,
};

export type ChannelConfig =
  | WebhookChannel
  | TelegramChannel
  | WhatsappChannel
  | WhatsappCloudChannel
  | EmailChannel
  | PhoneChannel
  | AvitoChannel
  | VkChannel
  | MaxChannel
  | MetaChannel
  | OkChannel
  | JivoChannel
  | SmsChannel;

/** Every kind, by its name. A new one is a file here and a line in each of these lists. */
const KINDS = {
  webhook: webhookKind,
  telegram: telegramKind,
  whatsapp: whatsappKind,
  whatsapp_cloud: whatsappCloudKind,
  email: emailKind,
  phone: phoneKind,
  avito: avitoKind,
  vk: vkKind,
  max: maxKind,
  meta: metaKind,
  ok: okKind,
  jivo: jivoKind,
  sms: smsKind,
};

export const channelSchema = z
  .discriminatedUnion('kind', [
    webhookKind.schema,
    telegramKind.schema,
    whatsappKind.schema,
    whatsappCloudKind.schema,
    emailKind.schema,
    phoneKind.schema,
    avitoKind.schema,
    vkKind.schema,
    maxKind.schema,
    metaKind.schema,
    okKind.schema,
    jivoKind.schema,
    smsKind.schema,
  ])
  .meta({ description: 'One channel of presence and who answers for it.' });

export type ChannelEntry = z.output<typeof channelSchema>;

/** An entry of one kind. */
export type WrittenAs<Kind extends ChannelEntry['kind']> = Extract<ChannelEntry, { kind: Kind }>;

/** The kind's own part of a checked entry, joined to what all kinds have. */
export function withSettings(base: ChannelBase, entry: ChannelEntry): ChannelConfig {
  return { ...base, ...kindOf(entry).settings(entry) } as ChannelConfig;
}

export function describeKind(channel: ChannelConfig): string {
  return kindOf(channel).describe(channel);
}

/** Entry and kind belong together by the discriminator; the compiler cannot follow that through a lookup. */
function kindOf({ kind }: { readonly kind: ChannelConfig['kind'] }): KindConfig<ChannelConfig, ChannelEntry> {
  return KINDS[kind] as unknown as KindConfig<ChannelConfig, ChannelEntry>;
}
