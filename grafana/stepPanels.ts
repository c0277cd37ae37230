import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { linesPanel } from './panels.ts';

/** Laws 7 and 9: steps fire in time, and pings arrive. */
export function stepPanels(): Builder<Panel>[] {
  return [
    linesPanel(
      {
        title: 'Опоздание ступеней, p99',
        about:
          'Только часы Отклика: с момента, когда ступень могла сработать, до её срабатывания. Обещано: не больше 0,1 с',
        unit: 's',
        queries: [
          {
            expr: 'histogram_quantile(0.99, sum by (le) (rate(otklik_step_lateness_seconds_bucket[$__rate_interval])))',
            legend: 'p99',
          },
        ],
        limits: { amber: 0.1, red: 1 },
      },
      8,
    ),
    linesPanel(
      {
        title: 'Уведомления по итогам',
        about: 'sent: доставлено, retried: повторяем, failed: не ушло, cancelled: стало не нужно',
        unit: 'short',
        queries: [
          {
            expr: 'sum by (transport, outcome) (increase(otklik_notices_total[$__rate_interval]))',
            legend: '{{transport}} {{outcome}}',
          },
        ],
      },
      8,
      'stacked',
    ),
    linesPanel(
      {
        title: 'Доставка уведомлений, p99',
        about: 'От срока уведомления до передачи его транспорту',
        unit: 's',
        queries: [
          {
            expr: 'histogram_quantile(0.99, sum by (le, transport) (rate(otklik_notice_delivery_seconds_bucket[$__rate_interval])))',
            legend: '{{transport}}',
          },
        ],
      },
      8,
    ),
    linesPanel(
      {
        title: 'Попытки дозвона',
        about: 'Перезвоны и сообщения тем, с кем не удалось связаться, за последний час',
        unit: 'short',
        queries: [
          {
            expr: 'sum by (day, means, outcome) (increase(otklik_cadence_attempts_total[1h]))',
            legend: 'день {{day}}: {{means}}, {{outcome}}',
          },
        ],
      },
      24,
      'stacked',
    ),
  ];
}
