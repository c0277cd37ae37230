import type {
  AfterHours,
  CadenceAction,
  DurationMs,
  IsoDate,
  Locale,
  Privacy,
  Role,
  SpecialDay,
  TimeOfDay,
} from '@otklik/domain';
import { DAY, HOUR, MINUTE, SECOND } from '@otklik/domain';

/** How a date differs from its weekday. */
export type DayKind = SpecialDay['kind'] | 'working-short';

/** The words of `config check`. */
export interface Texts {
  readonly channel: string;
  readonly owner: string;
  readonly duty: string;
  /** Who takes turns, after their names. */
  inTurns(since: IsoDate, handover: TimeOfDay): string;
  readonly deputies: string;
  readonly head: string;
  readonly policy: string;
  readonly watchedSince: string;
  readonly notify: string;
  readonly hours: string;
  readonly specialDays: string;
  readonly day: Readonly<Record<DayKind, string>>;
  days(kind: string, from: IsoDate, to: IsoDate): string;
  /** Days of one month, by their numbers. */
  inMonth(kind: DayKind, from: number, to: number): string;
  workingDays(count: number): string;
  undecreed(year: number): string;
  readonly allDay: string;
  readonly cadence: string;
  /** Days of the call-back plan. */
  cadenceDay(day: number, actions: readonly string[]): string;
  readonly actions: Readonly<Record<CadenceAction, string>>;
  readonly privacy: string;
  readonly warnings: string;
  readonly nobody: string;
  readonly aroundTheClock: string;
  readonly boardOnly: string;
  readonly roles: Readonly<Record<Role, string>>;
  readonly afterHours: Readonly<Record<AfterHours, string>>;
  readonly text: Readonly<Record<Privacy['text'], string>>;
  window(warn: string, breach: string): string;
  overload(limit: number): string;
  /** Said when formal replies do not stop the clock; `own` are the company's own. */
  notFormal(own: readonly string[]): string;
  quiet(from: string, to: string): string;
  awayNow(to: IsoDate): string;
  awayLater(from: IsoDate, to: IsoDate): string;
  repeat(every: string, times: number): string;
  email(from: string, server: string): string;
  kept(text: string, events: string): string;
  duration(duration: DurationMs): string;
  wholeDays(days: number): string;
  goneWaits(count: number, channel: string): string;
}

export function describeTexts(locale: Locale): Texts {
  return locale === 'ru' ? RUSSIAN : ENGLISH;
}

const ruRules = new Intl.PluralRules('ru');
const RU_WAITS: Readonly<Record<Intl.LDMLPluralRule, string>> = {
  zero: 'открытых ожиданий',
  one: 'открытое ожидание',
  two: 'открытых ожидания',
  few: 'открытых ожидания',
  many: 'открытых ожиданий',
  other: 'открытых ожиданий',
};

const RUSSIAN: Texts = {
  channel: 'Канал',
  owner: 'ответственный',
  duty: 'дежурит',
  inTurns: (since, handover) =>
    `по очереди, по неделе, с ${shortDate(since, 'ru')}${handover === '00:00' ? '' : `, смена в понедельник в ${handover}`}`,
  deputies: 'заместители',
  head: 'руководитель',
  policy: 'правила',
  watchedSince: 'наблюдение с',
  notify: 'Уведомления',
  hours: 'Рабочее время',
  specialDays: 'Особые дни',
  day: {
    off: 'выходной',
    short: 'на час короче',
    working: 'рабочий, как понедельник',
    'working-short': 'рабочий, как понедельник, и на час короче',
  },
  days: (kind, from, to) => `${dates(from, to, 'ru')} ${kind}`,
  inMonth: (kind, from, to) =>
    from === to
      ? `${from} ${RUSSIAN.day[kind]}`
      : `${from}–${to} ${RUSSIAN.day[kind].replace('выходной', 'выходные').replace('рабочий', 'рабочие')}`,
  workingDays: (count) => `Рабочих дней: ${count}`,
  undecreed: (year) =>
    `Какие выходные правительство перенесёт в ${year} году, этой версии неизвестно: здесь только праздники по закону. Обновите Отклик или впишите дни в calendar.days.`,
  allDay: 'круглосуточно',
  cadence: 'Кому не дозвонились',
  cadenceDay: (day, actions) => `день ${day} — ${actions.join(', ')}`,
  actions: {
    call: 'звонок',
    message: 'сообщение',
    email_or_sms: 'письмо или SMS',
    task: 'задача',
    return_to_source: 'проверка контактов у источника',
    control: 'на контроль',
  },
  privacy: 'Данные клиентов',
  warnings: 'Обратите внимание',
  nobody: 'нет',
  aroundTheClock: 'не задано, круглосуточно',
  boardOnly: 'никаких, ожидания видны только на табло',
  roles: { owner: 'ответственный', deputies: 'заместитель', head: 'руководитель' },
  afterHours: {
    same: 'в нерабочее время так же',
    owner_only: 'в нерабочее время только ответственному',
    defer: 'в нерабочее время откладывается до начала работы',
  },
  text: {
    none: 'тексты сообщений не хранятся',
    preview: 'хранится начало сообщений, 120 символов',
    full: 'сообщения хранятся целиком',
  },
  window: (warn, breach) => `напоминание в ${warn}, просрочка с ${breach}`,
  overload: (limit) => `с ${limit} открытых ожиданий новые получает заместитель`,
  notFormal: (own) => ['отписки не считаются ответом', ...own.map((text) => `«${text}»`)].join(', '),
  quiet: (from, to) => `не беспокоить ${from}–${to}`,
  awayNow: (to) => `сейчас отсутствует, по ${shortDate(to, 'ru')}`,
  awayLater: (from, to) =>
    from === to
      ? `отсутствует ${shortDate(from, 'ru')}`
      : `отсутствует с ${shortDate(from, 'ru')} по ${shortDate(to, 'ru')}`,
  repeat: (every, times) => `далее каждые ${every}, ${times}×`,
  email: (from, server) => `почта от ${from} через ${server}`,
  kept: (text, events) => `тексты — ${text}, события — ${events}`,
  duration: (duration) => spell(duration, ['дн.', 'ч', 'мин', 'с']),
  wholeDays: (days) => `${days} ${RU_DAYS[RU_PLURAL.select(days)] ?? 'дней'}`,
  goneWaits: (count, channel) =>
    `${count} ${RU_WAITS[ruRules.select(count)]} канала ${channel}, которого нет в настройках: ответов там больше не видно. Верните канал; если у него новый id, впишите  formerly: [${channel}]`,
};

const ENGLISH: Texts = {
  channel: 'Channel',
  owner: 'owner',
  duty: 'on duty',
  inTurns: (since, handover) =>
    `in turns, a week each, from ${shortDate(since, 'en')}${handover === '00:00' ? '' : `, handed over on Mondays at ${handover}`}`,
  deputies: 'deputies',
  head: 'head',
  policy: 'policy',
  watchedSince: 'watched since',
  notify: 'Pings',
  hours: 'Working hours',
  specialDays: 'Special days',
  day: {
    off: 'off',
    short: 'an hour shorter',
    working: 'worked, as a Monday',
    'working-short': 'worked, as a Monday, an hour shorter',
  },
  days: (kind, from, to) => `${dates(from, to, 'en')} ${kind}`,
  inMonth: (kind, from, to) => `${from === to ? from : `${from}–${to}`} ${ENGLISH.day[kind]}`,
  workingDays: (count) => `Working days: ${count}`,
  undecreed: (year) =>
    `Which days off the government moves in ${year} is not known to this version: these are the holidays of the law alone. Update Otklik, or write the days under calendar.days.`,
  allDay: 'around the clock',
  cadence: 'Who could not be reached',
  cadenceDay: (day, actions) => `day ${day}: ${actions.join(', ')}`,
  actions: {
    call: 'call',
    message: 'message',
    email_or_sms: 'mail or SMS',
    task: 'task',
    return_to_source: 'contacts checked at the source',
    control: 'under control',
  },
  privacy: 'Client data',
  warnings: 'Please note',
  nobody: 'none',
  aroundTheClock: 'not set, around the clock',
  boardOnly: 'none, waits show on the board only',
  roles: { owner: 'owner', deputies: 'deputy', head: 'head' },
  afterHours: {
    same: 'the same after hours',
    owner_only: 'only the owner after hours',
    defer: 'put off after hours until work begins',
  },
  text: {
    none: 'no message texts are kept',
    preview: 'the first 120 characters of messages are kept',
    full: 'messages are kept whole',
  },
  window: (warn, breach) => `warning at ${warn}, breach at ${breach}`,
  overload: (limit) => `from ${limit} open waits on new ones go to a deputy`,
  notFormal: (own) => ['formal replies are no answer', ...own.map((text) => `“${text}”`)].join(', '),
  quiet: (from, to) => `quiet ${from}–${to}`,
  awayNow: (to) => `away now, until ${shortDate(to, 'en')}`,
  awayLater: (from, to) =>
    from === to
      ? `away on ${shortDate(from, 'en')}`
      : `away ${shortDate(from, 'en')} to ${shortDate(to, 'en')}`,
  repeat: (every, times) => `then every ${every}, ${times}×`,
  email: (from, server) => `e-mail from ${from} through ${server}`,
  kept: (text, events) => `texts for ${text}, events for ${events}`,
  duration: (duration) => spell(duration, ['d', 'h', 'min', 's']),
  wholeDays: (days) => `${days} ${days === 1 ? 'day' : 'days'}`,
  goneWaits: (count, channel) =>
    `${count} open ${count === 1 ? 'wait' : 'waits'} of channel ${channel}, which is gone: answers there are not seen any more. Put the channel back; if its id has changed, write  formerly: [${channel}]`,
};

function dates(from: IsoDate, to: IsoDate, locale: Locale): string {
  return from === to ? shortDate(from, locale) : `${shortDate(from, locale)} – ${shortDate(to, locale)}`;
}

function shortDate(date: IsoDate, locale: Locale): string {
  const words = { day: 'numeric', month: 'long', year: 'numeric' } as const;
  return Temporal.PlainDate.from(date).toLocaleString(locale === 'en' ? 'en-GB' : locale, words);
}

const LENGTHS: readonly DurationMs[] = [DAY, HOUR, MINUTE, SECOND];

/** `15 мин`, `1 ч 30 мин`: units in the order of LENGTHS. */
const RU_PLURAL = new Intl.PluralRules('ru');
const RU_DAYS: Partial<Record<Intl.LDMLPluralRule, string>> = { one: 'день', few: 'дня', many: 'дней' };

function spell(duration: DurationMs, units: readonly string[]): string {
  let rest = duration;
  const parts = LENGTHS.flatMap((length, index) => {
    const amount = Math.floor(rest / length);
    rest -= amount * length;
    return amount === 0 ? [] : [`${amount} ${units[index]}`];
  });
  return parts.join(' ') || `0 ${units.at(-1)}`;
}
