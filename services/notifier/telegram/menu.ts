import type { BotApi } from '@otklik/channels';
import type { Locale, Person } from '@otklik/domain';
import type { Log } from '@otklik/telemetry';

/** What the bot does by a command, as Telegram shows it beside the field for words. Written twice, not translated. */
const MENU: Record<Locale, readonly { readonly command: string; readonly description: string }[]> = {
  ru: [
    { command: 'waits', description: 'Кто ждёт ответа' },
    { command: 'away', description: 'Отойти: /away 30m, /away 14:30' },
    { command: 'back', description: 'Вернуться' },
    { command: 'stats', description: 'Моя неделя' },
    { command: 'help', description: 'Как этим пользоваться' },
  ],
  en: [
    { command: 'waits', description: 'Who is waiting for an answer' },
    { command: 'away', description: 'Step out: /away 30m, /away 14:30' },
    { command: 'back', description: 'Return' },
    { command: 'stats', description: 'My week' },
    { command: 'help', description: 'How to use this' },
  ],
};

export interface Menus {
  /** Shows a person the menu in their language; again when that has changed. */
  show(person: Person, chat: number): Promise<void>;
}

/**
 * The menu is set for each of our people’s chats and not for the whole bot: the same bot may be one that clients write to.
 * https://core.telegram.org/bots/api#botcommandscopechat
 */
export function createMenus(api: () => BotApi | null, log: Log): Menus {
  const shown = new Map<number, Locale>();
  return {
    async show({ locale }, chat) {
      const bot = api();
      if (!bot || shown.get(chat) === locale) return;
      shown.set(chat, locale);
      const set = await bot.setMyCommands({
        commands: MENU[locale].map((each) => ({ ...each })),
        scope: { type: 'chat', chat_id: chat },
      } as never);
      if (set.outcome === 'ok') return;
      shown.delete(chat);
      log.info({ problem: set.problem }, 'the menu of the bot could not be set');
    },
  };
}
