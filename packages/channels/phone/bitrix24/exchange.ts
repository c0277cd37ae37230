import type { Exchange } from '../exchange.ts';
import { listBitrix24Calls } from './list.ts';

/**
 * Any line that is connected to Bitrix24, by its statistics of calls: a fallback, a minute late, for exchanges that we have no
 * better way to. `token` is the address of an incoming webhook with the right «telephony».
 * https://apidocs.bitrix24.com/api-reference/telephony/voximplant/voximplant-statistic-get.html
 */
export const bitrix24: Exchange = {
  name: 'Битрикс24',
  list: listBitrix24Calls,
};
