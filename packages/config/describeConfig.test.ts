import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeConfig } from './describeConfig.ts';
import { CONTRACT_EXAMPLE, configOf, ENV, read, SMALLEST } from './testing/reading.ts';

const NOVEMBER = Date.parse('2026-11-23T10:00:00Z');
const DECEMBER = Date.parse('2026-12-05T10:00:00Z');

test('each channel is shown with its people, its policy and its chain with times', () => {
  const described = describeConfig(configOf(CONTRACT_EXAMPLE), 'en', NOVEMBER);
  assert.equal(
    described,
    `Channel site «Чат на сайте» (webhook, POST /hooks/site)
  owner: Анна Петрова
  deputies: Борис Смирнов (away 1 December 2026 to 14 December 2026)
  head: Вера Павловна
  policy: default (warning at 3:00, breach at 5:00; the same after hours)
    3:00 → Анна Петрова (owner)
    5:00 → Анна Петрова (owner), Борис Смирнов (deputy)
    10:00 → Вера Павловна (head)
    then every 15 min, 3×: Вера Павловна (head)

Pings: Telegram (api.telegram.org), e-mail from Отклик <otklik@example.ru> through mail.example.ru:587, webhook (example.ru)
Working hours: Mon–Fri 09:00–13:00, 14:00–18:00 (Europe/Moscow)
Client data: the first 120 characters of messages are kept; texts for 90 d, events for 730 d`,
  );
});

test('in Russian it is Russian', () => {
  const described = describeConfig(configOf(CONTRACT_EXAMPLE), 'ru', NOVEMBER);
  assert.match(described, /3:00 → Анна Петрова \(ответственный\)/);
  assert.match(described, /далее каждые 15 мин, 3×: Вера Павловна \(руководитель\)/);
  assert.match(described, /Рабочее время: пн–пт 09:00–13:00, 14:00–18:00/);
});

test('who is away now is told apart from who will be, and who was', () => {
  const config = configOf(CONTRACT_EXAMPLE);
  assert.match(describeConfig(config, 'en', DECEMBER), /Борис Смирнов \(away now, until 14 December 2026\)/);
  assert.match(describeConfig(config, 'en', Date.parse('2027-01-01T00:00:00Z')), /deputies: Борис Смирнов\n/);
});

test('an absence begins and ends at midnight where the person is', () => {
  const config = configOf(
    SMALLEST.replace('telegram: 1', 'telegram: 1, away: [2026-12-01], timezone: Asia/Vladivostok'),
  );
  const at = (moment: string) => /owner: (.*)/.exec(describeConfig(config, 'en', Date.parse(moment)))?.[1];
  assert.equal(at('2026-11-30T13:59:59Z'), 'Анна (away on 1 December 2026)');
  assert.equal(at('2026-11-30T14:00:00Z'), 'Анна (away now, until 1 December 2026)');
  assert.equal(at('2026-12-01T14:00:00Z'), 'Анна');
});

test('warnings are shown at the end with their places', () => {
  const result = read(SMALLEST.replace(', telegram: 1', ''));
  assert.ok(result.ok);
  const described = describeConfig(result.config, 'en', NOVEMBER, result.warnings);
  assert.match(described, /Please note:\n {2}otklik\.yaml:3:5 {2}person "anna": no ping can reach them/);
});

test('no secret is shown', () => {
  const described = describeConfig(configOf(CONTRACT_EXAMPLE), 'en', NOVEMBER);
  for (const text of [...Object.values(ENV), 'hunter2']) assert.ok(!described.includes(text));
});
