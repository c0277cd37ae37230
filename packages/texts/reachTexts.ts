import type { LocalizedText, PersonalTransport } from '@otklik/domain';
import { refusalReason } from './refusalReason.ts';
import { SHARED_TEXTS } from './sharedTexts.ts';

/** `no_way`: there is nothing to reach them by. */
type CheckOutcome = 'sent' | 'refused' | 'closed' | 'failed' | 'no_way';

/** The result of a test message, with the remedy. */
export function checked(
  transport: PersonalTransport | null,
  outcome: CheckOutcome,
  problem: string | null,
): LocalizedText {
  if (transport === null || outcome === 'no_way')
    return {
      ru: 'Писать некуда: впишите в otklik.yaml telegram или email этого человека.',
      en: 'There is nothing to reach them by: write their telegram or email into otklik.yaml.',
    };
  const reason = problem === null ? null : refusalReason(transport, problem);
  const why = { ru: reason === null ? '' : ` (${reason.ru})`, en: reason === null ? '' : ` (${reason.en})` };
  const said = (ru: string, en: string): LocalizedText => ({
    ru: `${SHARED_TEXTS.ru.transport[transport]}: ${ru}`,
    en: `${SHARED_TEXTS.en.transport[transport]}: ${en}`,
  });
  switch (outcome) {
    case 'sent':
      return said('дошло.', 'it got through.');
    case 'refused':
      return transport === 'telegram'
        ? said(
            `не доходит${why.ru}. Пусть напишет боту /start; если бот заблокирован — разблокирует.`,
            `it does not get through${why.en}. They should write /start to the bot, or unblock it.`,
          )
        : said(
            `не доходит${why.ru}. Проверьте адрес в otklik.yaml.`,
            `it does not get through${why.en}. Check the address in otklik.yaml.`,
          );
    case 'closed':
      return transport === 'telegram'
        ? said(
            `Telegram не принимает токен бота${why.ru}. Возьмите действующий у @BotFather и впишите в notify.telegram.token.`,
            `Telegram refuses the bot token${why.en}. Take the current one from @BotFather and write it into notify.telegram.token.`,
          )
        : said(
            `почтовый сервер не принимает наш вход или отправителя${why.ru}. Проверьте notify.email.`,
            `the mail server refuses our login or sender${why.en}. Check notify.email.`,
          );
    case 'failed':
      return said(
        `сейчас не вышло${why.ru}. Попробуйте ещё раз через минуту.`,
        `not now${why.en}. Try again in a minute.`,
      );
  }
}
