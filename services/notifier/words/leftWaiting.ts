import type { Config } from '@otklik/config';
import { clientName, type Locale, type Person } from '@otklik/domain';
import type { ClaimedNotice, LeftSaid } from '@otklik/store';
import { cut } from './cut.ts';
import { timeOfDay } from './duration.ts';
import { textsOf } from './texts.ts';

/** What an owner is told, once, of those who wait since before their channel was watched. */
export interface LeftMessage {
  readonly title: string;
  readonly lines: readonly string[];
  /** The board's list of them; null where nobody has said at which address it is. */
  readonly link: string | null;
}

/** The words of it. Written twice, not translated. */
export interface LeftTexts {
  left(clients: number): string;
  oldest(names: string): string;
  /** Said behind a client's name. */
  since(moment: string): string;
  silent: string;
  open: string;
}

const ru: LeftTexts = {
  left: (clients) => {
    const form = new Intl.PluralRules('ru').select(clients);
    const words = { one: 'остался', few: 'остались', many: 'осталось' }[form as 'one' | 'few' | 'many'];
    const noun = { one: 'клиент', few: 'клиента', many: 'клиентов' }[form as 'one' | 'few' | 'many'];
    return `До начала наблюдения без ответа ${words} ${clients} ${noun}`;
  },
  oldest: (names) => `Дольше всех ждут: ${names}`,
  since: (moment) => `с ${moment}`,
  silent:
    'Напоминать о них не будем, в отчёты они не входят. Список на доске, в разделе «До начала наблюдения».',
  open: 'Открыть доску',
};

const en: LeftTexts = {
  left: (clients) =>
    clients === 1
      ? '1 client has waited for an answer since before you began to watch'
      : `${clients} clients have waited for an answer since before you began to watch`,
  oldest: (names) => `Waiting longest: ${names}`,
  since: (moment) => `since ${moment}`,
  silent:
    'Nobody will be pinged about them, and no report counts them. The board lists them under “Before watching”.',
  open: 'Open the board',
};

const TEXTS: Record<Locale, LeftTexts> = { ru, en };

export const leftTextsOf = (locale: Locale): LeftTexts => TEXTS[locale];

const MOST_NAME = 80;

/** null for a notice of another kind. */
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
