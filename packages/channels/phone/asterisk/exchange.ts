import type { Exchange } from '../exchange.ts';
import { dialByAsterisk } from './dial.ts';
import { listenToAsterisk } from './listen.ts';

/**
 * `account` is `user@host:5038` of manager.conf, `secret` its password. `cdr` is the database with CDR and CEL, which
 * has what AMI told nobody while we were away.
 */
export const asterisk: Exchange = {
  name: 'Asterisk',
  listen: listenToAsterisk,
  dial: dialByAsterisk,
};
