import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { linesPanel, statesPanel } from './panels.ts';

/** Law 10: silent channels, dead tokens, a stuck queue. */
export function channelPanels(): Builder<Panel>[] {
  return [...states(), ...intake(), ...queue()];
}

function states(): Builder<Panel>[] {
  return [
    statesPanel(
      {
        title: 'Каналы на связи',
        about: 'Есть ли соединение с каналом',
        unit: 'short',
        queries: [
          { expr: 'max by (channel) (otklik_channel_up{channel=~"$channel"})', legend: '{{channel}}' },
        ],
      },
      { 0: { text: 'нет связи', color: 'red' }, 1: { text: 'на связи', color: 'green' } },
      12,
    ),
    statesPanel(
      {
        title: 'Тревоги',
        about: 'Правила из grafana/alerts.yml, которые сейчас сработали',
        unit: 'short',
        queries: [
          {
            expr: 'max by (alertname, channel) (ALERTS{alertname=~"Otklik.*", alertname!="OtklikWatchdog", alertstate="firing"})',
            legend: '{{alertname}} {{channel}}',
          },
        ],
      },
      { 1: { text: 'тревога', color: 'red' } },
      12,
    ),
  ];
}

function intake(): Builder<Panel>[] {
  return [
    linesPanel(
      {
        title: 'События по каналам',
        about: 'Принято событий',
        unit: 'short',
        queries: [
          {
            expr: 'sum by (channel) (increase(otklik_events_received_total{channel=~"$channel"}[$__rate_interval]))',
            legend: '{{channel}}',
          },
        ],
      },
      8,
      'stacked',
    ),
    linesPanel(
      {
        title: 'Тишина в канале',
        about: 'Сколько времени прошло с последнего события',
        unit: 's',
        queries: [
          {
            expr: 'time() - max by (channel) (otklik_channel_last_event_timestamp_seconds{channel=~"$channel"})',
            legend: '{{channel}}',
          },
        ],
      },
      8,
    ),
    linesPanel(
      {
        title: 'Отказы на приёме',
        about: 'Запросы, которые Отклик не принял, и почему',
        unit: 'short',
        queries: [
          {
            expr: 'sum by (channel, reason) (increase(otklik_events_rejected_total{channel=~"$channel"}[$__rate_interval]))',
            legend: '{{channel}}: {{reason}}',
          },
        ],
      },
      8,
      'stacked',
    ),
  ];
}

function queue(): Builder<Panel>[] {
  return [
    linesPanel(
      {
        title: 'Доставка обращений, p90',
        about:
          'От обращения клиента до его приёма, каждое обращение один раз; «все события» — вместе с ответами и повторами',
        unit: 's',
        queries: [
          {
            expr: 'histogram_quantile(0.9, sum by (le, channel) (rate(otklik_delivery_lag_seconds_bucket{channel=~"$channel"}[$__rate_interval])))',
            legend: '{{channel}}',
          },
          {
            expr: 'histogram_quantile(0.9, sum by (le, channel) (rate(otklik_event_ingest_lag_seconds_bucket{channel=~"$channel"}[$__rate_interval])))',
            legend: '{{channel}}, все события',
          },
        ],
      },
      6,
    ),
    linesPanel(
      {
        title: 'Обработка события, p99',
        about: 'От приёма до записанного ожидания',
        unit: 's',
        queries: [
          {
            expr: 'histogram_quantile(0.99, sum by (le) (rate(otklik_event_processing_seconds_bucket[$__rate_interval])))',
            legend: 'p99',
          },
        ],
      },
      6,
    ),
    linesPanel(
      {
        title: 'Задания в очереди',
        about: 'Сколько событий ждёт обработки',
        unit: 'short',
        queries: [{ expr: 'max by (queue, state) (otklik_queue_jobs)', legend: '{{queue}} {{state}}' }],
      },
      6,
    ),
    linesPanel(
      {
        title: 'Запас на диске',
        about: 'События, которые ждут, пока очередь снова примет их. Должно быть 0',
        unit: 'short',
        queries: [{ expr: 'sum by (instance) (otklik_spool_events)', legend: '{{instance}}' }],
        limits: { amber: 1, red: 1000 },
      },
      6,
    ),
    linesPanel(
      {
        title: 'Отложено',
        about: 'Сообщения, которые не удалось понять или чей отправитель не доказан: их смотрит человек',
        unit: 'short',
        queries: [
          {
            expr: 'max by (channel) (otklik_quarantined_bodies{channel=~"$channel"})',
            legend: '{{channel}}',
          },
        ],
      },
      6,
    ),
    linesPanel(
      {
        title: 'Ждут в канале, которого нет в настройках',
        about: 'Открытые ожидания идут по последним настройкам канала. Верните канал или укажите formerly',
        unit: 'short',
        queries: [{ expr: 'max by (channel) (otklik_waits_of_gone_channels)', legend: '{{channel}}' }],
        limits: { amber: 1, red: 1000 },
      },
      6,
    ),
  ];
}
