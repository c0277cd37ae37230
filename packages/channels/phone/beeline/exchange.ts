import type { Exchange } from '../exchange.ts';
import { dialByBeeline } from './dial.ts';
import { listBeelineCalls } from './list.ts';
import { beelineWebhook } from './webhook.ts';

/**
 * Beeline's Cloud PBX: events of BroadWorks in XML, one stream a subscriber, by a subscription that ends within a day and is
 * renewed by us. `token` is the key of the API, `key` stands in the address that we subscribe.
 */
export const beeline: Exchange = {
  name: 'Билайн',
  webhook: beelineWebhook,
  list: listBeelineCalls,
  dial: dialByBeeline,
};
