import type { Locale } from '@otklik/domain';

/** As Telegram shows it beside the input field. */
export interface MenuCommand {
  readonly command: string;
  readonly description: string;
}

export const MENU: Readonly<Record<Locale, readonly MenuCommand[]>> = {
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

/** What heads have besides. */
export const MENU_OF_HEADS: Readonly<Record<Locale, MenuCommand>> = {
  ru: { command: 'invite', description: 'Подключить сотрудника' },
  en: { command: 'invite', description: 'Let somebody in' },
};
