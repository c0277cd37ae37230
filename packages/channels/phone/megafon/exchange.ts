import type { Exchange } from '../exchange.ts';
import { dialByMegafon } from './dial.ts';
import { listMegafonCalls } from './list.ts';
import { megafonWebhook } from './webhook.ts';

/**
 * MegaFon's exchange and its family (Gravitel, MI-1): commands to «your CRM». `secret` is the key that the exchange shows as
 * «Ключ для авторизации в вашей CRM» (crm_token), and all that it proves itself with. `account` is the address of the exchange
 * (acme.megapbx.ru) and `token` its own key: with both, the history of calls is read.
 */
export const megafon: Exchange = {
  name: 'МегаФон ВАТС',
  webhook: megafonWebhook,
  list: listMegafonCalls,
  gapWithoutList: {
    ru: 'о звонках, про которые АТС не прислала событие, Otklik не узнает: задайте account (адрес АТС) и token (ключ авторизации в АТС)',
    en: 'a call of which the exchange sent no event stays unseen: set account, its address, and token, its key',
  },
  dial: dialByMegafon,
};
