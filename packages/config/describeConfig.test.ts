import assert from 'node:assert/strict';
import { test } from 'vitest';
import { describeConfig } from './describeConfig.ts';
import { describeYear } from './describeYear.ts';
import { CONFIG_FORMAT, CONTRACT_EXAMPLE, configOf, ENV, read, SMALLEST } from './testing/reading.ts';

const NOVEMBER = Date.parse('2026-11-23T10:00:00Z');
const DECEMBER = Date.parse('2026-12-05T10:00:00Z');

test('each channel is shown with its people, its policy and its chain with times', () => {
  const described = describeConfig(configOf(CONTRACT_EXAMPLE), CONFIG_FORMAT, 'en', NOVEMBER);
  assert.equal(
    described,
    `Channel site «Чат на сайте» (webhook, POST /hooks/site)
  owner: Анна Петрова
  deputies: Борис Смирнов (away 1 December 2026 to 14 December 2026)
  head: Вера Павловна (quiet 22:00–08:00)
  policy: default (warning at 3:00, breach at 5:00; the same after hours)
    3:00 → Анна Петрова (owner)
    5:00 → Анна Петрова (owner), Борис Смирнов (deputy)
    10:00 → Вера Павловна (head)
    then every 15 min, 3×: Вера Павловна (head)

Pings: Telegram (api.telegram.org), e-mail from Отклик <otklik@example.ru> through mail.example.ru:587, webhook (example.ru)
Working hours: Mon–Fri 09:00–13:00, 14:00–18:00 (Europe/Moscow)
Special days: 31 December 2026 – 8 January 2027 off; 20 February 2027 worked, as a Monday, an hour shorter; 22 February 2027 – 23 February 2027 off; 8 March 2027 off
Client data: the first 120 characters of messages are kept; texts for 90 d, events for 730 d`,
  );
});

const WITH_ROTA = `${SMALLEST.replace(
  'owner: anna',
  'owner: anna, duty: [{ who: vera }, { who: [anna, vera], since: 2026-11-23, hours: { mon-fri: ["18:00-22:00"] } }, { who: [anna, vera], since: 2026-11-23, hours: { mon-sun: ["00:00-06:00", "22:00-24:00"] } }]',
)}calendar: { hours: { mon-fri: ["09:00-18:00"] }, days: { "2027-02-19": short, "2027-02-20": working } }
policies: { default: { overload: 10, formal_replies: [Принято], counts_as_answer: { formal: false } } }
`;

test('rotas, the limit of open waits, formal replies and special days are told in English and in Russian', () => {
  const lines = (locale: 'en' | 'ru') =>
    describeConfig(configOf(WITH_ROTA), CONFIG_FORMAT, locale, NOVEMBER)
      .split('\n')
      .filter((line) => /duty|дежурит|policy|правила|[Dd]ays|дни/.test(line));
  assert.deepEqual(lines('en'), [
    '  on duty: Вера, around the clock',
    '  on duty: Анна, Вера (in turns, a week each, from 23 November 2026), Mon–Fri 18:00–22:00 (Europe/Moscow)',
    '  on duty: Анна, Вера (in turns, a week each, from 23 November 2026, handed over on Mondays at 06:00), Mon–Sun 00:00–06:00, 22:00–24:00 (Europe/Moscow)',
    '  policy: default (warning at 3:00, breach at 5:00; the same after hours; from 10 open waits on new ones go to a deputy; formal replies are no answer, “Принято”)',
    'Special days: 19 February 2027 an hour shorter; 20 February 2027 worked, as a Monday',
  ]);
  assert.deepEqual(lines('ru'), [
    '  дежурит: Вера, круглосуточно',
    '  дежурит: Анна, Вера (по очереди, по неделе, с 23 ноября 2026 г.), пн–пт 18:00–22:00 (Europe/Moscow)',
    '  дежурит: Анна, Вера (по очереди, по неделе, с 23 ноября 2026 г., смена в понедельник в 06:00), пн–вс 00:00–06:00, 22:00–24:00 (Europe/Moscow)',
    '  правила: default (напоминание в 3:00, просрочка с 5:00; в нерабочее время так же; с 10 открытых ожиданий новые получает заместитель; отписки не считаются ответом, «Принято»)',
    'Особые дни: 19 февраля 2027 г. на час короче; 20 февраля 2027 г. рабочий, как понедельник',
  ]);
});

test('a year is told month by month, with what is not known of it', () => {
  const config = configOf(
    `${SMALLEST}calendar: { country: RU, hours: { mon-fri: ["09:00-18:00"] }, days: { "2027-12-30": off } }\n`,
  );
  const lines = (locale: 'en' | 'ru', year: number) => describeYear(config, locale, year).split('\n');
  assert.deepEqual(lines('ru', 2027).slice(0, 4), [
    '2027: пн–пт 09:00–18:00 (Europe/Moscow)',
    'Рабочих дней: 246',
    '  январь    15  1–8 выходные',
    '  февраль   19  20 рабочий, как понедельник, и на час короче; 22–23 выходные',
  ]);
  assert.deepEqual(lines('en', 2027).slice(-2), [
    '  November   20  3 an hour shorter; 4–5 off',
    '  December   21  30–31 off',
  ]);
  assert.match(lines('ru', 2028).at(-1) ?? '', /^Какие выходные правительство перенесёт в 2028 году/);
});

test('in Russian it is Russian', () => {
  const described = describeConfig(configOf(CONTRACT_EXAMPLE), CONFIG_FORMAT, 'ru', NOVEMBER);
  assert.match(described, /3:00 → Анна Петрова \(ответственный\)/);
  assert.match(described, /далее каждые 15 мин, 3×: Вера Павловна \(руководитель\)/);
  assert.match(described, /Рабочее время: пн–пт 09:00–13:00, 14:00–18:00/);
});

test('who is away now is told apart from who will be, and who was', () => {
  const config = configOf(CONTRACT_EXAMPLE);
  assert.match(
    describeConfig(config, CONFIG_FORMAT, 'en', DECEMBER),
    /Борис Смирнов \(away now, until 14 December 2026\)/,
  );
  assert.match(
    describeConfig(config, CONFIG_FORMAT, 'en', Date.parse('2027-01-01T00:00:00Z')),
    /deputies: Борис Смирнов\n/,
  );
});

test('an absence begins and ends at midnight where the person is', () => {
  const config = configOf(
    SMALLEST.replace('telegram: 1', 'telegram: 1, away: [2026-12-01], timezone: Asia/Vladivostok'),
  );
  const at = (moment: string) =>
    /owner: (.*)/.exec(describeConfig(config, CONFIG_FORMAT, 'en', Date.parse(moment)))?.[1];
  assert.equal(at('2026-11-30T13:59:59Z'), 'Анна (away on 1 December 2026)');
  assert.equal(at('2026-11-30T14:00:00Z'), 'Анна (away now, until 1 December 2026)');
  assert.equal(at('2026-12-01T14:00:00Z'), 'Анна');
});

test('warnings are shown at the end with their places', () => {
  const result = read(SMALLEST.replace(', telegram: 1', ''));
  assert.ok(result.ok);
  const described = describeConfig(result.config, CONFIG_FORMAT, 'en', NOVEMBER, result.warnings);
  assert.match(described, /Please note:\n {2}otklik\.yaml:3:5 {2}person "anna": no ping can reach them/);
});

test('no secret is shown', () => {
  const described = describeConfig(configOf(CONTRACT_EXAMPLE), CONFIG_FORMAT, 'en', NOVEMBER);
  for (const text of [...Object.values(ENV), 'hunter2']) assert.ok(!described.includes(text));
});

test('a window of days is told in days', () => {
  const config = configOf(`${SMALLEST}policies: { default: { warn: 1d, breach: 29d } }\n`);
  assert.match(
    describeConfig(config, CONFIG_FORMAT, 'ru', NOVEMBER),
    /напоминание в 1 день, просрочка с 29 дней/,
  );
  assert.match(describeConfig(config, CONFIG_FORMAT, 'en', NOVEMBER), /29 days/);
});
