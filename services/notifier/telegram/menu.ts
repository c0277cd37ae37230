import type { BotApi } from '@otklik/channels';
import type { Person } from '@otklik/domain';
import type { Log } from '@otklik/telemetry';
import { MENU, MENU_OF_HEADS } from '@otklik/texts';

export interface Menus {
  /** Sent again only when role or language has changed. */
  show(person: Person, chat: number): Promise<void>;
}

/**
 * For each chat, not the whole bot: clients may write to it. https://core.telegram.org/bots/api#botcommandscopechat
 */
export function createMenus(api: () => BotApi | null, log: Log): Menus {
  const shown = new Map<number, string>();
  return {
    async show({ locale, role }, chat) {
      const bot = api();
      const key = `${role} ${locale}`;
      if (!bot || shown.get(chat) === key) return;
      shown.set(chat, key);
      const commands = [...MENU[locale], ...(role === 'head' ? [MENU_OF_HEADS[locale]] : [])];
      const set = await bot.setMyCommands({
        commands: commands.map((each) => ({ ...each })),
        scope: { type: 'chat', chat_id: chat },
      } as never);
      if (set.outcome === 'ok') return;
      shown.delete(chat);
      log.info({ problem: set.problem }, 'the menu of the bot could not be set');
    },
  };
}
