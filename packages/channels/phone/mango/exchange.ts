import type { Exchange } from '../exchange.ts';
import { dialByMango } from './dial.ts';
import { listMangoCalls } from './list.ts';
import { mangoWebhook } from './webhook.ts';

/**
 * Mango Office VPBX API 1.9. `account` is the exchange's key (vpbx_api_key), `secret` the salt of signatures.
 * https://www.mango-office.ru/support/integratsiya-api/
 */
export const mango: Exchange = {
  name: 'Mango Office',
  webhook: mangoWebhook,
  list: listMangoCalls,
  dial: dialByMango,
};
