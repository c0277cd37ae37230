import type { Exchange } from '../exchange.ts';
import { dialByUis } from './dial.ts';
import { listUisCalls } from './list.ts';
import { uisWebhook } from './webhook.ts';

/**
 * UIS, CoMagic and Novofon 2.0: one platform. Notifications are rules whose body the customer writes, so that the body is
 * ours: docs/channels/phone/uis.md has it for pasting. `token` is for the Data API.
 */
export const uis: Exchange = {
  name: 'UIS',
  webhook: uisWebhook,
  list: listUisCalls,
  gapWithoutList: {
    ru: 'о звонках, про которые не пришло уведомление, Otklik не узнает: задайте token (ключ Data API UIS)',
    en: 'a call of which no notification came stays unseen: set token, the key of the Data API of UIS',
  },
  dial: dialByUis,
};
