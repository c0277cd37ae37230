import { type DurationMs, type Locale, type LocalizedText, MINUTE } from '@otklik/domain';

/** `обычно 12 обращений в час, сейчас ничего 40 мин: …` */
export function silent(usualPerHour: number, lasts: DurationMs): LocalizedText {
  const usual = (locale: Locale) =>
    new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(usualPerHour);
  const minutes = Math.floor(lasts / MINUTE);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return {
    ru: `обычно ${usual('ru')} обращений в час, сейчас ничего ${hours > 0 ? `${hours} ч ` : ''}${rest} мин: проверьте, доходят ли сообщения`,
    en: `usually ${usual('en')} clients an hour, now nothing for ${hours > 0 ? `${hours} h ` : ''}${rest} min: see whether messages arrive`,
  };
}

/** Of a channel: nobody has looked at it yet. */
export const notUnderstood = (count: number): LocalizedText => ({
  ru: `не разобрано и отложено: ${count}. Среди этого может быть клиент: откройте канал на доске и посмотрите`,
  en: `not understood and kept aside: ${count}. A client may be among it: open the channel on the board and look`,
});

/** Of a mailbox: anybody may have written them. */
export const unproven = (count: number): LocalizedText => ({
  ru: `писем от имени сотрудников без подтверждения: ${count}. Ответом клиенту они не считаются: откройте канал на доске и посмотрите`,
  en: `mails in a colleague’s name that nobody vouches for: ${count}. They answer no client: open the channel on the board and look`,
});
