import type { LocalizedText } from '../channel.ts';
import type { Connection } from './facts.ts';

export function cutOff(lost: readonly Connection[]): LocalizedText {
  const names = lost.map(nameOf).join(', ');
  return {
    ru: `аккаунт отключён от бота (${names}): подключите снова — Telegram, «Настройки» → «Telegram для бизнеса» → «Чат-боты»`,
    en: `the account of ${names} is disconnected from the bot: connect it again in Telegram, Settings → Telegram Business → Chatbots`,
  };
}

export const hidden = (title: string): LocalizedText => ({
  ru: `в группе «${title}» бот видит только команды и ответы себе: сделайте его администратором или выключите Group Privacy в @BotFather и добавьте его заново`,
  en: `in the group «${title}» the bot sees only commands and replies to it: make it an administrator, or turn off Group Privacy in @BotFather and add it anew`,
});

export const thrownOut = (title: string): LocalizedText => ({
  ru: `бота больше нет в группе «${title}»: добавьте его снова, иначе там никого не слышно`,
  en: `the bot is not in the group «${title}» any more: add it again, or nobody there is heard`,
});

export const nameOf = ({ name, user }: Connection): string => name ?? String(user);
