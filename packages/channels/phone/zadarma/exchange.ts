import type { Exchange } from '../exchange.ts';
import { dialByZadarma } from './dial.ts';
import { listZadarmaCalls } from './list.ts';
import { zadarmaWebhook } from './webhook.ts';

/**
 * Zadarma and the classic Novofon, one protocol. `account` is the API key, `secret` its secret.
 * https://zadarma.com/en/support/api/#intro_notify, https://github.com/zadarma/user-api-v1
 */
export const zadarma: Exchange = {
  name: 'Zadarma',
  webhook: zadarmaWebhook,
  list: listZadarmaCalls,
  dial: dialByZadarma,
};
