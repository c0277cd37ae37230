import type { LocalizedText } from '@otklik/domain';

/** Why an answer does not get to the client's channel. */
export const CHANNEL_GONE: LocalizedText = {
  ru: 'канала больше нет в настройках',
  en: 'the channel is not configured any more',
};

export const CHANNEL_OFFLINE: LocalizedText = {
  ru: 'канал сейчас не на связи',
  en: 'the channel has no connection now',
};
