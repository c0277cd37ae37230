import type { Exchange } from '../exchange.ts';
import { dialByOnlinepbx } from './dial.ts';
import { listOnlinepbxCalls } from './list.ts';
import { onlinepbxWebhook } from './webhook.ts';

/**
 * OnlinePBX. `account` is the domain (acme.onpbx.ru), `token` the API key for the call list.
 * https://kb.onlinepbx.ru (HTTP notifications)
 */
export const onlinepbx: Exchange = {
  name: 'OnlinePBX',
  webhook: onlinepbxWebhook,
  list: listOnlinepbxCalls,
  gapWithoutList: {
    ru: 'о звонках, про которые не пришло уведомление, Otklik не узнает: задайте token (ключ API OnlinePBX)',
    en: 'a call of which no notification came stays unseen: set token, the key of the API of OnlinePBX',
  },
  dial: dialByOnlinepbx,
};
