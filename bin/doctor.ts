import { existsSync } from 'node:fs';
import { CONFIG_FORMAT } from '@otklik/channels';
import { type Config, formatFault, loadConfig, undecreedYear } from '@otklik/config';
import type { Locale, PersonalTransport } from '@otklik/domain';
import { probeTransports } from '@otklik/notifier';
import { openQueue, type QueuePlace } from '@otklik/queue';
import { unseenAside } from '@otklik/store';
import { withTimeout } from '@otklik/timing';
import { missingConfig } from './config.ts';
import { type Environment, readEnvironment } from './environment.ts';
import { withStore } from './store.ts';

export const DOCTOR_USAGE = 'doctor';

/** A requirement, and the remedy when it is not met. `note`: met, but worth a word. */
interface Finding {
  readonly ok: boolean;
  readonly what: string;
  readonly note?: string;
}

const WORDS = {
  ru: {
    config: 'Настройки',
    calendar: 'Рабочий календарь',
    unknownYear: (year: number) =>
      `переносы выходных на ${year} год этой версии неизвестны, учтены только праздники по закону: обновите Отклик или впишите дни в calendar.days`,
    database: 'База данных',
    queue: 'Очередь',
    aside: 'Неразобранное',
    asideIn: (channels: string) =>
      `отложено и никем не просмотрено: ${channels}. Среди этого может быть клиент: посмотрите на доске или npm run otklik -- channel check`,
    telegram: 'Бот, который пишет сотрудникам',
    email: 'Почта, которая пишет сотрудникам',
    people: 'Сотрудники',
    noWay: 'напоминания никому не уходят: добавьте notify.telegram или notify.email в otklik.yaml',
    onlyWebhook: 'сам Отклик никому не пишет, всё уходит на notify.webhook',
    noQueue: (why: string) => `не отвечает (${why}): проверьте REDIS_URL или базу данных`,
    token: (why: string) =>
      `Telegram не принимает токен (${why}): возьмите действующий у @BotFather и впишите в notify.telegram.token`,
    login: (why: string) =>
      `сервер не принимает нас (${why}): проверьте notify.email.smtp и notify.email.from`,
    unknown: 'сейчас не отвечает: проверьте сеть и адрес и повторите',
    deaf: (names: string) =>
      `не на связи: ${names}. Впишите им telegram или email, потом npm run otklik -- people check`,
    fine: 'в порядке',
    ready: 'Всё готово к работе.',
    notReady: (faults: number) => `Не готово: ${faults}.`,
  },
  en: {
    config: 'Configuration',
    calendar: 'Working days',
    unknownYear: (year: number) =>
      `the moved days off of ${year} are not known to this version, only the holidays of the law count: update Otklik, or write the days under calendar.days`,
    database: 'Database',
    queue: 'Queue',
    aside: 'Not understood',
    asideIn: (channels: string) =>
      `kept aside, and nobody has looked: ${channels}. A client may be among it: look on the board, or npm run otklik -- channel check`,
    telegram: 'Bot that pings people',
    email: 'Mail that pings people',
    people: 'People',
    noWay: 'nobody gets reminders: add notify.telegram or notify.email to otklik.yaml',
    onlyWebhook: 'Otklik itself writes to nobody, everything goes to notify.webhook',
    noQueue: (why: string) => `does not answer (${why}): check REDIS_URL or the database`,
    token: (why: string) =>
      `Telegram refuses the token (${why}): take the current one from @BotFather and write it into notify.telegram.token`,
    login: (why: string) => `the server refuses us (${why}): check notify.email.smtp and notify.email.from`,
    unknown: 'does not answer now: check network and address, and try again',
    deaf: (names: string) =>
      `cannot be reached: ${names}. Write their telegram or email, then npm run otklik -- people check`,
    fine: 'in order',
    ready: 'Ready.',
    notReady: (faults: number) => `Not ready: ${faults}.`,
  },
} as const;

/** Checks everything that must be there. 1 when something is missing. Notifies nobody. */
export async function doctor(): Promise<number> {
  const environment = readEnvironment();
  const { config, findings } = configOf(environment);
  const texts = WORDS[config?.locale ?? 'ru'];
  findings.push(...(await storeFindings(environment, config?.locale ?? 'ru')));
  if (config) findings.push(...(await reachFindings(config)));
  for (const { ok, what, note } of findings) console.log(`${ok ? '✓' : '✗'} ${what}: ${note ?? texts.fine}`);
  const faults = findings.filter(({ ok }) => !ok).length;
  console.log(faults === 0 ? texts.ready : texts.notReady(faults));
  return faults === 0 ? 0 : 1;
}

function configOf({ configFile }: Environment): { config: Config | null; findings: Finding[] } {
  const what = WORDS.ru.config;
  if (!existsSync(configFile))
    return { config: null, findings: [{ ok: false, what, note: missingConfig(configFile) }] };
  const read = loadConfig(configFile, CONFIG_FORMAT);
  if (!read.ok)
    return {
      config: null,
      findings: read.faults.map((fault) => ({ ok: false, what, note: formatFault(fault) })),
    };
  const texts = WORDS[read.config.locale];
  const year = undecreedYear(read.config.country, Date.now());
  const calendar = year === null ? [] : [{ ok: true, what: texts.calendar, note: texts.unknownYear(year) }];
  return { config: read.config, findings: [{ ok: true, what: texts.config }, ...calendar] };
}

const QUEUE_WITHIN_MS = 5_000;

async function storeFindings(environment: Environment, locale: Locale): Promise<Finding[]> {
  const texts = WORDS[locale];
  const findings: Finding[] = [];
  try {
    const command = { environment, demo: false, command: 'doctor', locale };
    await withStore(command, async (store, place) => {
      findings.push({ ok: true, what: texts.database }, await queueFinding(place, locale));
      const unseen = [...(await unseenAside(store))].filter(([, { not_understood }]) => not_understood > 0);
      const channels = unseen.map(([channel, { not_understood }]) => `${channel} (${not_understood})`);
      if (channels.length > 0)
        findings.push({ ok: true, what: texts.aside, note: texts.asideIn(channels.join(', ')) });
      return 0;
    });
  } catch (error) {
    findings.push({ ok: false, what: texts.database, note: messageOf(error) });
  }
  return findings;
}

async function queueFinding(place: QueuePlace, locale: Locale): Promise<Finding> {
  const texts = WORDS[locale];
  let problem: unknown = null;
  const queue = openQueue('events', place, (error) => {
    problem ??= error;
  });
  const answered = await withTimeout(QUEUE_WITHIN_MS, queue.counts()).then(
    () => true,
    (error: unknown) => {
      problem ??= error;
      return false;
    },
  );
  await withTimeout(QUEUE_WITHIN_MS, queue.close()).catch(() => undefined); // a queue that never answered may not close either
  const what = texts.queue;
  return answered ? { ok: true, what } : { ok: false, what, note: texts.noQueue(messageOf(problem)) };
}

async function reachFindings(config: Config): Promise<Finding[]> {
  const texts = WORDS[config.locale];
  const { telegram, email, webhook } = config.notify;
  if (!telegram && !email && webhook) return [{ ok: true, what: texts.people, note: texts.onlyWebhook }];
  if (!telegram && !email) return [{ ok: false, what: texts.people, note: texts.noWay }];
  const probed = await probeTransports({ config: () => config, now: Date.now });
  const notes: Record<PersonalTransport, (why: string) => string> = {
    telegram: texts.token,
    email: texts.login,
  };
  const ways = probed.map(({ transport, outcome, problem }): Finding => {
    if (outcome === 'works') return { ok: true, what: texts[transport] };
    const note = outcome === 'closed' ? notes[transport](problem ?? '') : texts.unknown;
    return { ok: false, what: texts[transport], note };
  });
  const deaf = [...config.people.values()].filter(
    (person) =>
      !person.reach.some(
        (way) =>
          (way === 'telegram' && telegram && person.telegram !== null) ||
          (way === 'email' && email && person.email !== null),
      ),
  );
  if (deaf.length === 0) return [...ways, { ok: true, what: texts.people }];
  const names = deaf.map(({ name }) => name).join(', ');
  return [...ways, { ok: false, what: texts.people, note: texts.deaf(names) }];
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
