import type { Exchange } from '../exchange.ts';
import { dialBySipuni } from './dial.ts';
import { listSipuniCalls } from './list.ts';
import { sipuniWebhook } from './webhook.ts';

/**
 * By GET or POST. Answered `{"success":true}` always, or «sending may be suspended».
 * https://doc.sipuni.com/articles/626-636-640--otpravka-sobytij-http
 */
export const sipuni: Exchange = {
  name: 'Sipuni',
  webhook: sipuniWebhook,
  list: listSipuniCalls,
  gapWithoutList: {
    ru: 'о звонках, про которые Sipuni не прислала событие, Otklik не узнает: задайте account (номер системы) и secret (ключ интеграции)',
    en: 'a call of which Sipuni sent no event stays unseen: set account, the number of the system, and secret, the key of the integration',
  },
  dial: dialBySipuni,
};
