import type { Config } from '@otklik/config';
import { clientName, type Person } from '@otklik/domain';
import type { ClaimedNotice, LeftSaid } from '@otklik/store';
import { leftTextsOf, textsOf, timeOfDay } from '@otklik/texts';
import { cut } from './cut.ts';

/** Who waits since before the channel was watched; told once. */
export interface LeftMessage {
  readonly title: string;
  readonly lines: readonly string[];
  /** null: `public_url` is not set. */
  readonly link: string | null;
}

const MOST_NAME = 80;

/** null for other notices. */
export function leftOf(
  notice: ClaimedNotice,
  reader: Person,
  config: Config,
  now: number,
): LeftMessage | null {
  if (notice.type !== 'history.left') return null;
  const { clients } = notice.data as LeftSaid;
  const texts = leftTextsOf(reader.locale);
  const names = (notice.named ?? []).map((wait) => {
    const name = cut(clientName(wait) ?? textsOf(reader.locale).unnamed, MOST_NAME);
    return `${name} (${texts.since(timeOfDay(wait.opened_at, now, reader.timezone))})`;
  });
  return {
    title: texts.left(clients),
    lines: [...(names.length > 0 ? [texts.oldest(names.join(', '))] : []), texts.silent],
    link: config.publicUrl === null ? null : new URL('?tab=history', config.publicUrl).href,
  };
}
