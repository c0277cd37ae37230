import { type BotApi, botApi } from '@otklik/channels';
import type { Config } from '@otklik/config';

/** One client for a token. */
export function botOf(config: () => Config): () => BotApi | null {
  let made: { key: string; bot: BotApi } | null = null;
  return () => {
    const telegram = config().notify.telegram;
    if (!telegram) return null;
    const key = `${telegram.apiRoot} ${telegram.token.reveal()}`;
    if (made?.key !== key) made = { key, bot: botApi(telegram.token.reveal(), telegram.apiRoot) };
    return made.bot;
  };
}
