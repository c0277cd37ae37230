import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { linesPanel, numberPanel } from './panels.ts';

const chosen = 'channel=~"$channel", owner=~"$owner"';
/** Contacts by a person; «ответа не нужно» and deleted messages say nothing about speed. */
const contacted = `${chosen}, outcome=~"answered|attempted"`;
/** Engines report the same open waits from the same database: the greatest of them, not their sum. */
const open = `max by (channel, owner, stage) (otklik_waits_open{${chosen}})`;
const oldest = `otklik_oldest_wait_seconds{${chosen}}`;

const share = (by: string, range: string) =>
  `sum${by} (increase(otklik_waits_closed_total{${contacted}, within=~"warn|breach"}[${range}])) / sum${by} (increase(otklik_waits_closed_total{${contacted}}[${range}]))`;
const quantile = (q: number, by: string, range: string) =>
  `histogram_quantile(${q}, sum by (le${by}) (rate(otklik_response_seconds_bucket{${chosen}}[${range}])))`;

/** Clauses S1 and S4: how fast, how many in time, who waits now. */
export function responsePanels(): Builder<Panel>[] {
  return [...numbers(), ...speed(), ...waiting()];
}

function numbers(): Builder<Panel>[] {
  return [
    numberPanel(
      {
        title: 'Ответили вовремя',
        about:
          'Доля обращений, на которые человек ответил или перезвонил в пределах окна, за выбранное время',
        unit: 'percentunit',
        queries: [{ expr: share('', '$__range'), legend: '' }],
        limits: { amber: 0.95, red: 0.8 },
        lowIsBad: true,
      },
      5,
    ),
    numberPanel(
      {
        title: 'Ответ, медиана',
        about: 'Половина ответов пришла быстрее',
        unit: 's',
        queries: [{ expr: quantile(0.5, '', '$__range'), legend: '' }],
        limits: { amber: 180, red: 300 },
      },
      5,
    ),
    numberPanel(
      {
        title: 'Ждут сейчас',
        about: 'Клиенты, которым ещё никто не ответил',
        unit: 'short',
        queries: [{ expr: `sum(${open}) or vector(0)`, legend: '' }],
      },
      4,
    ),
    numberPanel(
      {
        title: 'Дольше всех ждёт',
        about: 'Возраст самого старого открытого ожидания',
        unit: 's',
        queries: [{ expr: `max(${oldest})`, legend: '' }],
        limits: { amber: 180, red: 300 },
      },
      5,
    ),
    numberPanel(
      {
        title: 'Просрочено',
        about: 'Сколько ожиданий вышло за окно за выбранное время',
        unit: 'short',
        queries: [
          {
            expr: `round(sum(increase(otklik_breaches_total{${chosen}}[$__range])) or vector(0))`,
            legend: '',
          },
        ],
        limits: { amber: 1, red: 10 },
      },
      5,
    ),
  ];
}

function speed(): Builder<Panel>[] {
  return [
    linesPanel(
      {
        title: 'Ответили вовремя, по каналам',
        about: 'Доля ответов в пределах окна за последний час',
        unit: 'percentunit',
        queries: [{ expr: share(' by (channel)', '1h'), legend: '{{channel}}' }],
      },
      12,
    ),
    linesPanel(
      {
        title: 'Время ответа по каналам',
        about: 'Медиана (p50) и девять из десяти ответов (p90) за последний час',
        unit: 's',
        queries: [
          { expr: quantile(0.5, ', channel', '1h'), legend: '{{channel}} p50' },
          { expr: quantile(0.9, ', channel', '1h'), legend: '{{channel}} p90' },
        ],
      },
      12,
    ),
  ];
}

function waiting(): Builder<Panel>[] {
  return [
    linesPanel(
      {
        title: 'Ждут по стадиям',
        about: 'waiting: в пределах окна, warned: пора отвечать, breached: просрочено',
        unit: 'short',
        queries: [{ expr: `sum by (stage) (${open})`, legend: '{{stage}}' }],
      },
      12,
      'stacked',
    ),
    linesPanel(
      {
        title: 'Ждут по ответственным',
        about: 'Открытые ожидания каждого ответственного',
        unit: 'short',
        queries: [{ expr: `sum by (owner) (${open})`, legend: '{{owner}}' }],
      },
      12,
      'stacked',
    ),
    linesPanel(
      {
        title: 'Самое долгое ожидание по каналам',
        about: 'Возраст самого старого открытого ожидания',
        unit: 's',
        queries: [{ expr: `max by (channel) (${oldest})`, legend: '{{channel}}' }],
      },
      12,
    ),
    linesPanel(
      {
        title: 'Просрочки за час',
        about: 'Ожидания, вышедшие за окно, по ответственным',
        unit: 'short',
        queries: [
          { expr: `sum by (owner) (increase(otklik_breaches_total{${chosen}}[1h]))`, legend: '{{owner}}' },
        ],
      },
      12,
      'stacked',
    ),
  ];
}
