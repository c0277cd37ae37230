import type { Locale, LocalizedText } from '@otklik/domain';
import type { Unseen } from '@otklik/store';
import { notUnderstood, unproven } from '@otklik/texts';

/** What nobody has looked at yet, as gaps of the channel. */
export function asideGaps(unseen: Unseen | undefined): LocalizedText[] {
  if (!unseen) return [];
  const { not_understood, unproven: mails } = unseen;
  return [
    ...(not_understood > 0 ? [notUnderstood(not_understood)] : []),
    ...(mails > 0 ? [unproven(mails)] : []),
  ];
}

/** `gaps`: as its listener told them. */
export const withAside = (gaps: readonly string[], unseen: Unseen | undefined, locale: Locale): string[] => [
  ...gaps,
  ...asideGaps(unseen).map((said) => said[locale]),
];

export const countOf = (unseen: Unseen | undefined): number =>
  (unseen?.not_understood ?? 0) + (unseen?.unproven ?? 0);
