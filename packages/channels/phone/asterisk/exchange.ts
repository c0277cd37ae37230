import type { Exchange } from '../exchange.ts';
import { dialByAsterisk } from './dial.ts';
import { listenToAsterisk } from './listen.ts';

/**
 * `account` is `user@host:5038` of manager.conf, `secret` its password. What happens while nobody is connected AMI tells
 * nobody: that stands in the tables of the calls (CDR and CEL), of which `cdr` is the address.
 */
export const asterisk: Exchange = {
  name: 'Asterisk',
  listen: listenToAsterisk,
  dial: dialByAsterisk,
};
