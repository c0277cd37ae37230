import type { Exchange } from '../exchange.ts';
import { dialByUis } from './dial.ts';
import { listUisCalls } from './list.ts';
import { uisWebhook } from './webhook.ts';

/**
 * UIS, CoMagic and Novofon 2.0. The customer pastes the body that we define in docs/channels/phone/uis.md. `token` is
 * for the Data API.
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
