import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { metrics } from './metrics.ts';
import { linesPanel, numberPanel } from './panels.ts';

const chosen = 'channel=~"$channel", owner=~"$owner"';
/** All engines report the same open waits from one database: take the greatest, not the sum. */
const open = `max by (channel, owner, stage) (otklik_waits_open{${chosen}})`;
const oldest = `otklik_oldest_wait_seconds{${chosen}}`;

/** For numbers the chosen time, for lines the last hour. */
const WHOLE = '$__range:$__interval';
const HOUR = '1h:30s';

/** Every engine reports the same counters from the database: the greatest goes on when one dies. */
function increase(metric: string, selector: string, span: string): string {
  const labels = metrics[metric]?.labels ?? [
    ...(metrics[metric.replace(/_bucket$/, '')]?.labels ?? []),
    'le',
  ];
  return `increase(max by (${labels.join(', ')}) (${metric}{${selector}})[${span}])`;
}
/** Counted, less what later knowledge took back. */
const net = (counter: string, by: string, selector: string, span: string) => {
  const counted = `sum${by} (${increase(`${counter}_total`, selector, span)})`;
  const corrected = `sum${by} (${increase(`${counter}_corrected_total`, selector, span)})`;
  return `(${counted} - ${corrected} or ${counted})`;
};
/** In time, of all whose window has ended, as in the report (docs/architecture.md). */
const share = (by: string, span: string) =>
  `clamp_max(${net('otklik_waits_judged', by, `${chosen}, verdict="in_time"`, span)} / ${net('otklik_waits_judged', by, chosen, span)}, 1)`;
const quantile = (q: number, by: string, span: string) =>
  `histogram_quantile(${q}, sum by (le${by}) (${increase('otklik_response_seconds_bucket', chosen, span)}))`;

/** Clauses S1 and S4: how fast, how many in time, who waits. */
export function responsePanels(): Builder<Panel>[] {
  return [...numbers(), ...speed(), ...waiting()];
}

function numbers(): Builder<Panel>[] {
  return [
    numberPanel(
      {
        title: 'Ответили вовремя',
        about:
          'Человек ответил или перезвонил вовремя / все, чьё окно закончилось, за выбранное время. Кто ещё ждёт в пределах окна, не считается; поздняя доставка и принятые споры — не опоздание',
        unit: 'percentunit',
        queries: [{ expr: share('', WHOLE), legend: '' }],
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
        queries: [{ expr: quantile(0.5, '', WHOLE), legend: '' }],
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
            expr: `round(${net('otklik_breaches', '', chosen, WHOLE)} or vector(0))`,
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
        about: 'Вовремя / все, чьё окно закончилось, за последний час',
        unit: 'percentunit',
        queries: [{ expr: share(' by (channel)', HOUR), legend: '{{channel}}' }],
      },
      12,
    ),
    linesPanel(
      {
        title: 'Время ответа по каналам',
        about: 'Медиана (p50) и девять из десяти ответов (p90) за последний час',
        unit: 's',
        queries: [
          { expr: quantile(0.5, ', channel', HOUR), legend: '{{channel}} p50' },
          { expr: quantile(0.9, ', channel', HOUR), legend: '{{channel}} p90' },
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
        queries: [{ expr: net('otklik_breaches', ' by (owner)', chosen, HOUR), legend: '{{owner}}' }],
      },
      12,
      'stacked',
    ),
    linesPanel(
      {
        title: 'Чем закончились ожидания',
        about:
          'За последний час. answered: ответили, attempted: перезвонили и не дозвонились, self_served: клиент дозвонился сам, no_reply_needed: ответа не нужно, withdrawn: клиент удалил сообщение',
        unit: 'short',
        queries: [{ expr: net('otklik_waits_closed', ' by (outcome)', chosen, HOUR), legend: '{{outcome}}' }],
      },
      24,
      'stacked',
    ),
  ];
}
