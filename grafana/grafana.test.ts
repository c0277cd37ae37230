import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { createMetrics } from '@otklik/telemetry';
import { test } from 'vitest';
import { parse } from 'yaml';
import { dashboard } from './dashboards.ts';
import { metrics } from './metrics.ts';

interface Rule {
  alert: string;
  expr: string;
  for: string;
  annotations: { summary: string; description: string };
}

interface Service {
  command: string[];
  environment: Record<string, string>;
  volumes: unknown[];
  healthcheck?: { test?: string[] };
}

const compose: { services: Record<string, Service> } = parse(read('../docker-compose.yml'), { merge: true });
const rules: Rule[] = parse(read('alerts.yml')).groups.flatMap((group: { rules: Rule[] }) => group.rules);
/** Rows are headings. */
const panels = (dashboard().panels ?? []).filter((panel): panel is Panel => panel.type !== 'row');
const expressions = [
  ...rules.map(({ alert, expr }) => ({ where: alert, expr })),
  ...panels.flatMap((panel) =>
    (panel.targets ?? []).map((target) => ({ where: panel.title ?? '', expr: String(Object(target).expr) })),
  ),
];

/** Added by Prometheus to every series or histogram. */
const ownLabels = ['job', 'instance', 'service', 'le'];
/** A firing alert is a series with its rule's labels. */
const alertLabels = ['alertname', 'alertstate', 'channel'];

test('dashboards and alerts name only metrics that exist', () => {
  assert.ok(expressions.length > 30);
  for (const { where, expr } of expressions) {
    for (const name of namesIn(expr)) assert.ok(metricOf(name), `${where}: ${name}`);
  }
});

test('dashboards and alerts select and group by labels that the metrics bear', () => {
  for (const { where, expr } of expressions) {
    const own = expr.includes('ALERTS{') ? alertLabels : ownLabels;
    const known = [...own, ...namesIn(expr).flatMap((name) => metricOf(name)?.labels ?? [])];
    for (const label of labelsIn(expr)) assert.ok(known.includes(label), `${where}: ${label}`);
  }
});

test('counters of waits, which every engine tells alike, are read as the greatest of them', () => {
  const kept = /(otklik_(?:breaches|waits_closed|waits_judged|response_seconds)_\w+)\{/g;
  let seen = 0;
  for (const { where, expr } of expressions)
    for (const { index = 0 } of expr.matchAll(kept)) {
      seen += 1;
      assert.match(expr.slice(0, index), /increase\(max by \([^)]*channel, owner[^)]*\) \($/, where);
    }
  assert.ok(seen > 15, `${seen}`);
});

test('every metric is on the dashboard or in an alert, but for the version', () => {
  const used = new Set(expressions.flatMap(({ expr }) => namesIn(expr)).map((name) => baseName(name)));
  assert.deepEqual(
    Object.keys(metrics).filter((name) => !used.has(name)),
    ['otklik_build_info'],
  );
});

test('the services offer these metrics and no others, each of its type', async () => {
  const text = await createMetrics('0').read();
  const offered = [...text.matchAll(/^# TYPE (otklik_\S+) (\S+)$/gm)].map(
    ([, name, type]) => `${name} ${type}`,
  );
  const listed = Object.entries(metrics).map(([name, { type }]) => `${name} ${type}`);
  assert.deepEqual(offered.sort(), listed.sort());
});

test('every alert says for how long, what is wrong and what to do', () => {
  for (const { alert, for: duration, annotations } of rules) {
    assert.match(duration, /^\d+[sm]$/, alert);
    assert.match(annotations.summary, /[а-я]/, alert);
    assert.match(annotations.description, /[а-я]/, alert);
  }
});

test('the dashboard reads from the data source that is provisioned', () => {
  const { datasources } = parse(read('provisioning/datasources/prometheus.yml'));
  for (const panel of panels) assert.equal(panel.datasource?.uid, datasources[0].uid, panel.title ?? '');
});

test('Prometheus reads every service of docker-compose.yml, where it offers its metrics', () => {
  const [scrape] = parse(read('prometheus.yml')).scrape_configs;
  const [discovery] = scrape.dns_sd_configs;
  const running = Object.keys(compose.services).filter(
    (name) => compose.services[name]?.command?.[0] === 'run',
  );
  assert.deepEqual(discovery.names.toSorted(), running.toSorted());
  for (const name of running) {
    assert.equal(Number(compose.services[name]?.environment.METRICS_PORT), discovery.port, name);
  }
});

test('Prometheus tells Alertmanager, which stands in docker-compose.yml with all that its script reads', () => {
  const { alerting } = parse(read('prometheus.yml'));
  const [target] = alerting.alertmanagers[0].static_configs[0].targets;
  const { alertmanager } = compose.services;
  assert.equal(target, 'alertmanager:9093');
  const script = read('alertmanager.sh');
  const asked = [...script.matchAll(/\(given (ALERTS_[A-Z_]+)\)/g)].map(([, name = '']) => name);
  assert.deepEqual(Object.keys(alertmanager?.environment ?? {}).sort(), asked.sort());
  const example = read('../.env.example');
  for (const name of asked) assert.match(example, new RegExp(`^${name}=$`, 'm'));
  assert.ok(alertmanager?.volumes.includes('./grafana/alertmanager.sh:/etc/alertmanager/start.sh:ro'));
});

test('Redis in docker-compose.yml keeps what it acknowledged and evicts nothing', () => {
  const flags = compose.services.redis?.command.join(' ') ?? '';
  assert.match(flags, /--appendonly yes --appendfsync always --maxmemory-policy noeviction/);
});

test('every container but the one that ends says whether it is well', () => {
  for (const [name, service] of Object.entries(compose.services)) {
    assert.ok(name === 'migrate' || service.healthcheck?.test, name);
  }
});

test('Grafana finds its dashboards and data source where docker-compose.yml puts them', () => {
  const [provider] = parse(read('provisioning/dashboards/otklik.yml')).providers;
  const mounts = compose.services.grafana?.volumes ?? [];
  assert.ok(mounts.includes(`./grafana/dashboards:${provider.options.path}:ro`));
  assert.ok(mounts.includes('./grafana/provisioning:/etc/grafana/provisioning:ro'));
});

function read(name: string): string {
  return readFileSync(new URL(name, import.meta.url), 'utf8');
}

function namesIn(expr: string): string[] {
  return [...expr.matchAll(/otklik_[a-z_]+/g)].map(([name]) => name);
}

/** A histogram is read by its three series. */
function baseName(name: string): string {
  const base = name.replace(/_(bucket|count|sum)$/, '');
  return metrics[base]?.type === 'histogram' ? base : name;
}

function metricOf(name: string) {
  const metric = metrics[baseName(name)];
  return metric?.type === 'histogram' && baseName(name) === name ? undefined : metric;
}

/** In selectors `{a="…", b=~"…"}` and in `by (a, b)`. */
function labelsIn(expr: string): string[] {
  const selected = [...expr.matchAll(/([a-z_]+)\s*(?:=~|!=|!~|=)\s*"/g)].map(([, label = '']) => label);
  const grouped = [...expr.matchAll(/\b(?:by|on) \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(','));
  return [...selected, ...grouped.map((label) => label.trim())].filter((label) => label !== '');
}
