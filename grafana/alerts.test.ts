import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryDirectory } from '@otklik/testing';
import { fromTestRun } from '@otklik/testing/servers';
import { describe, test } from 'vitest';
import { parse } from 'yaml';
import { type AlertStory, STORIES } from './alertStories.ts';

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const alerts: string[] = parse(readFileSync(path('alerts.yml'), 'utf8')).groups.flatMap(
  (group: { rules: { alert: string }[] }) => group.rules.map(({ alert }) => alert),
);

async function run(program: 'promtool' | 'amtool', args: readonly string[]): Promise<string> {
  const found = await fromTestRun<{ path: string }>(`program/${program}`);
  const { status, stdout, stderr } = spawnSync(found.path, args, { encoding: 'utf8' });
  assert.equal(status, 0, `${stdout}\n${stderr}`);
  return stdout;
}

describe('the alert rules', () => {
  test('each has a story on which it fires, and one on which it is over', () => {
    const told = (by: (story: AlertStory) => boolean) =>
      new Set(STORIES.filter(by).map(({ alert }) => alert));
    const fires = told(({ firesAt }) => firesAt !== null);
    const ends = told(({ firesAt, overAt }) => firesAt !== null && overAt !== null);
    assert.deepEqual(
      alerts.filter((alert) => !fires.has(alert)),
      [],
    );
    assert.deepEqual(
      alerts.filter((alert) => !ends.has(alert)),
      ['OtklikWatchdog'],
    );
  });

  test('each fires and resolves on its stories', async () => {
    await using folder = await temporaryDirectory();
    const tests = STORIES.map(({ alert, what, series, labels = {}, quietAt, firesAt, overAt }) => {
      const names = Object.keys(labels);
      const expr = `count by (${names.join(', ')}) (ALERTS{alertname="${alert}", alertstate="firing"})`;
      const bears = `{${names.map((name) => `${name}="${labels[name]}"`).join(', ')}}`;
      const at = (eval_time: string | null | undefined, fires: boolean) =>
        eval_time == null
          ? []
          : [{ expr, eval_time, exp_samples: fires ? [{ labels: bears, value: 1 }] : [] }];
      return {
        name: `${alert}: ${what}`,
        interval: '5s',
        input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
        promql_expr_test: [...at(quietAt, false), ...at(firesAt, true), ...at(overAt, false)],
      };
    });
    const file = join(folder.path, 'stories.yml');
    const all = { rule_files: [path('alerts.yml')], evaluation_interval: '15s', tests };
    writeFileSync(file, JSON.stringify(all)); // JSON is YAML
    await run('promtool', ['check', 'rules', path('alerts.yml')]);
    await run('promtool', ['test', 'rules', file]);
  });
});

describe('whom alerts call', () => {
  /** Runs the container's script; returns the configuration file. */
  const configuration = (folder: string, given: Readonly<Record<string, string>>) => {
    const config = join(folder, 'alertmanager.yml');
    const { status, stderr } = spawnSync('/bin/sh', [path('alertmanager.sh')], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, ALERTMANAGER: '/bin/true', ALERTS_CONFIG: config, ...given },
    });
    return { status, said: stderr, config };
  };
  const telegram = { ALERTS_TELEGRAM_TOKEN: "1:it's", ALERTS_TELEGRAM_CHAT: '-100123' };
  const webhook = { ALERTS_WEBHOOK_URL: 'https://pager.example/a?key=1&b=2' };
  const watchdog = { ALERTS_WATCHDOG_URL: 'https://hc.example/ping/1' };

  for (const [what, given, receivers] of [
    ['Telegram', telegram, ['telegram_configs']],
    ['a webhook', webhook, ['webhook_configs']],
    [
      'both, with a dead man’s switch',
      { ...telegram, ...webhook, ...watchdog },
      ['telegram_configs', 'webhook_configs'],
    ],
  ] as const)
    test(`${what}: Alertmanager takes the configuration, and each alert goes where it should`, async () => {
      await using folder = await temporaryDirectory();
      const { status, said, config } = configuration(folder.path, given);
      assert.deepEqual([status, said], [0, '']);
      await run('amtool', ['check-config', config]);
      const route = (alert: string, severity: string) =>
        run('amtool', [
          'config',
          'routes',
          'test',
          `--config.file=${config}`,
          `alertname=${alert}`,
          `severity=${severity}`,
        ]);
      assert.match(await route('OtklikWatchdog', 'none'), /^watchdog/);
      assert.match(await route('OtklikClockLate', 'critical'), /^people/);
      assert.match(await route('OtklikChannelSilent', 'warning'), /^people/);
      const [forWatchdog, people] = parse(readFileSync(config, 'utf8')).receivers;
      assert.deepEqual(Object.keys(people), ['name', ...receivers]);
      assert.equal('webhook_configs' in forWatchdog, 'ALERTS_WATCHDOG_URL' in given);
      if ('telegram_configs' in people) assert.equal(people.telegram_configs[0].bot_token, "1:it's");
    });

  test('a secret may stand in a file', async () => {
    await using folder = await temporaryDirectory();
    const file = join(folder.path, 'url');
    writeFileSync(file, 'https://pager.example/secret\n');
    const { config } = configuration(folder.path, { ALERTS_WEBHOOK_URL_FILE: file });
    const [, people] = parse(readFileSync(config, 'utf8')).receivers;
    assert.equal(people.webhook_configs[0].url, 'https://pager.example/secret');
  });

  test('nobody: it starts, and says so', async () => {
    await using folder = await temporaryDirectory();
    const { status, said, config } = configuration(folder.path, {});
    assert.equal(status, 0);
    assert.match(said, /call nobody/);
    await run('amtool', ['check-config', config]);
  });

  test('a bot without a chat is refused', async () => {
    await using folder = await temporaryDirectory();
    const { status, said } = configuration(folder.path, { ALERTS_TELEGRAM_TOKEN: '1:x' });
    assert.equal(status, 1);
    assert.match(said, /ALERTS_TELEGRAM_CHAT/);
  });
});
