import type { BotApi } from '@otklik/channels';
import type { Locale, Person } from '@otklik/domain';
import type { Log } from '@otklik/telemetry';

/** What the bot does by a command, as Telegram shows it beside the field for words. Written twice, not translated. */
interface Command {
  readonly command: string;
  readonly description: string;
}
const MENU: Record<Locale, readonly Command[]> = {
  ru: [
    { command: 'waits', description: 'Кто ждёт ответа' },
    { command: 'away', description: 'Отойти: /away 30m, /away 14:30' },
    { command: 'back', description: 'Вернуться' },
    { command: 'stats', description: 'Моя неделя' },
    { command: 'lang', description: 'English' },
    { command: 'help', description: 'Как этим пользоваться' },
  ],
  en: [
    { command: 'waits', description: 'Who is waiting for an answer' },
    { command: 'away', description: 'Step out: /away 30m, /away 14:30' },
    { command: 'back', description: 'Return' },
    { command: 'stats', description: 'My week' },
    { command: 'lang', description: 'По-русски' },
    { command: 'help', description: 'How to use this' },
  ],
};

const OF_HEADS: Record<Locale, Command> = {
  ru: { command: 'invite', description: 'Подключить сотрудника' },
  en: { command: 'invite', description: 'Let somebody in' },
};

export interface Menus {
  /** Shows a person the menu of their role in their language; again when that has changed. */
  show(person: Person, chat: number): Promise<void>;
}

/**
 * The menu is set for each of our people’s chats and not for the whole bot: the same bot may be one that clients write to.
 * https://core.telegram.org/bots/api#botcommandscopechat
 */
export function createMenus(api: () => BotApi | null, log: Log): Menus {
  const shown = new Map<number, string>();
  return {
    async show({ locale, role }, chat) {
      const bot = api();
      const key = `${role} ${locale}`;
      if (!bot || shown.get(chat) === key) return;
      shown.set(chat, key);
      const commands = [...MENU[locale], ...(role === 'head' ? [OF_HEADS[locale]] : [])];
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
