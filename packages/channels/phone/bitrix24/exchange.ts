import type { Exchange } from '../exchange.ts';
import { listBitrix24Calls } from './list.ts';

/**
 * Call statistics of Bitrix24, a minute late: a fallback. `token` is the address of an incoming webhook with the
 * right «telephony». https://apidocs.bitrix24.com/api-reference/telephony/voximplant/voximplant-statistic-get.html
 */
export const bitrix24: Exchange = {
  name: 'Битрикс24',
  list: listBitrix24Calls,
};
