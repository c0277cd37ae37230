import {
  IconBrandInstagram,
  IconBrandTelegram,
  IconBrandVk,
  IconBrandWhatsapp,
  IconBuildingStore,
  IconMail,
  IconMessageCircle,
  IconMessages,
  IconPhone,
  IconWorld,
} from '@tabler/icons-react';
import type { WaitKind } from './wire.ts';

const KINDS: Readonly<Record<string, typeof IconMail>> = {
  webhook: IconWorld,
  site: IconWorld,
  telegram: IconBrandTelegram,
  whatsapp: IconBrandWhatsapp,
  whatsapp_cloud: IconBrandWhatsapp,
  vk: IconBrandVk,
  instagram: IconBrandInstagram,
  meta: IconBrandInstagram,
  avito: IconBuildingStore,
  max: IconMessages,
  jivo: IconWorld,
  tawk: IconWorld,
  sms: IconMessageCircle,
  email: IconMail,
  imap: IconMail,
  phone: IconPhone,
  telephony: IconPhone,
};

export function ChannelIcon({ kind, size = 16 }: { readonly kind: string; readonly size?: number }) {
  const Icon = KINDS[kind] ?? IconMessages;
  return <Icon size={size} stroke={1.7} aria-hidden="true" className="channel-icon" />;
}

const TURNS = { message: IconMessageCircle, comment: IconMessages, call: IconPhone } satisfies Record<
  WaitKind,
  unknown
>;

export function TurnIcon({ kind, size = 16 }: { readonly kind: WaitKind; readonly size?: number }) {
  const Icon = TURNS[kind] ?? IconMessageCircle;
  return <Icon size={size} stroke={1.7} aria-hidden="true" />;
}
