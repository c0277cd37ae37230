import type { Config } from '@otklik/config';
import type { ListenerDeps } from '../channel.ts';
import type { Poll } from '../provider/reconcile.ts';
import { readChats } from './chats.ts';
import type { MaxChannel } from './config.ts';
import { subscribe } from './subscription.ts';

/** The subscription, which MAX drops after eight hours of failures, then the configured chats. */
export function pollMax(channel: MaxChannel, config: Config, deps: Pick<ListenerDeps, 'now'>): Poll {
  return async ({ from }, signal) => {
    await subscribe(channel, config, signal);
    return readChats(channel, config, deps, from, signal);
  };
}
