import type { Exchange } from '../exchange.ts';
import { dialByMegafon } from './dial.ts';
import { listMegafonCalls } from './list.ts';
import { megafonWebhook } from './webhook.ts';

/**
 * MegaFon's exchange and its relatives (Gravitel, MI-1). `secret` is «Ключ для авторизации в вашей CRM» (crm_token),
 * the only proof. `account` is the exchange's address (acme.megapbx.ru), `token` its own key: both together give
 * access to the history.
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
