import type { LocalizedText } from '@otklik/channels';
import type { Locale } from '@otklik/domain';
import type { Unseen } from '@otklik/store';

/** What of a channel nobody has looked at, as a gap. */
export function asideGaps(unseen: Unseen | undefined): LocalizedText[] {
  const gaps: LocalizedText[] = [];
  if (unseen && unseen.not_understood > 0)
    gaps.push({
      ru: `не разобрано и отложено: ${unseen.not_understood}. Среди этого может быть клиент: откройте канал на доске и посмотрите`,
      en: `not understood and kept aside: ${unseen.not_understood}. A client may be among it: open the channel on the board and look`,
    });
  if (unseen && unseen.unproven > 0)
    gaps.push({
      ru: `писем от имени сотрудников без подтверждения: ${unseen.unproven}. Ответом клиенту они не считаются: откройте канал на доске и посмотрите`,
      en: `mails in a colleague’s name that nobody vouches for: ${unseen.unproven}. They answer no client: open the channel on the board and look`,
    });
  return gaps;
}

/** The gaps of a channel as its listener told them, and what it has kept aside. */
export const withAside = (gaps: readonly string[], unseen: Unseen | undefined, locale: Locale): string[] => [
  ...gaps,
  ...asideGaps(unseen).map((said) => said[locale]),
];

export const countOf = (unseen: Unseen | undefined): number =>
  (unseen?.not_understood ?? 0) + (unseen?.unproven ?? 0);
