import type { Exchange } from '../exchange.ts';
import { dialByBeeline } from './dial.ts';
import { listBeelineCalls } from './list.ts';
import { beelineWebhook } from './webhook.ts';

/**
 * Beeline's Cloud PBX: BroadWorks events in XML, one stream per subscriber. We renew the subscription, which lasts a
 * day at most. `token` is the API key, `key` is part of our address.
 */
export const beeline: Exchange = {
  name: 'Билайн',
  webhook: beelineWebhook,
  list: listBeelineCalls,
  dial: dialByBeeline,
};
