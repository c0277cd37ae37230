import type { LocalizedText } from '../channel.ts';

/** Names only the host: the path may be secret. */
export function heldByWebhook(url: string | null): LocalizedText {
  const host = url === null ? null : URL.parse(url)?.host;
  const [ru, en] = host ? [` (${host})`, ` at ${host}`] : ['', ''];
  return {
    ru: `бот занят вебхуком другой программы${ru}: заведите для Отклика своего бота, а если вебхук больше не нужен, снимите его вызовом deleteWebhook`,
    en: `another program holds this bot by a webhook${en}: give Otklik a bot of its own, or, if nothing needs that webhook any more, remove it with deleteWebhook`,
  };
}
