import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryDirectory, until } from '@otklik/testing';
import { freshDatabase } from '@otklik/testing/servers';
import { it } from 'vitest';
import { message, startOtklik } from './otklik.ts';
import { PROGRAM } from './program.ts';

const MINUTE = 60_000;

const CONFIG = `
version: 1
locale: en
enforce_from: 2026-01-01
people:
  - { id: anna, name: Анна, email: anna@example.ru }
  - { id: vera, name: Вера, role: head, email: vera@example.ru }
channels:
  - { id: site, kind: webhook, owner: anna, head: vera, secret: env:SITE_SECRET }
`;

interface Report {
  readonly recorded: { waits: number; breaches: number };
  readonly current: { waits: number; breaches: number; pings: number };
  readonly proposed: { waits: number; breaches: number; pings: number };
}

it('a proposed policy is tried out on what happened, by API and by command alike', async () => {
  const database = await freshDatabase();
  const folder = await temporaryDirectory();
  const otklik = await startOtklik({ config: CONFIG, env: { DATABASE_URL: database.url } });
  try {
    const asked = Date.now() - 60 * MINUTE;
    for (const minutes of [1, 4, 7, 20]) {
      const client = `client-${minutes}`;
      const { status } = await otklik.send('site', [
        message('client', client, asked),
        message('employee', client, asked + minutes * MINUTE),
      ]);
      assert.equal(status, 202);
    }
    await until(
      async () => (await otklik.api<{ items: unknown[] }>('/waits?state=closed')).body.items.length === 4,
      { timeoutMs: 8_000, what: 'four closed waits' },
    );
    const policy = 'warn: 4m\nbreach: 10m\n';
    const from = new Date(asked - MINUTE).toISOString();
    const to = new Date(asked + MINUTE).toISOString();
    const { status, body } = await otklik.api<Report>('/policy/simulate', {
      method: 'POST',
      body: { policy, from, to },
    });
    assert.equal(status, 200);
    const counts = ({ waits, breaches }: Report['recorded']) => [waits, breaches];
    assert.deepEqual([body.recorded, body.current, body.proposed].map(counts), [
      [4, 2],
      [4, 2],
      [4, 1],
    ]);
    assert.ok(body.proposed.pings < body.current.pings);

    const file = join(folder.path, 'calmer.yaml');
    const configFile = join(folder.path, 'otklik.yaml');
    writeFileSync(file, policy);
    writeFileSync(configFile, CONFIG);
    const command = (...args: string[]) =>
      promisify(execFile)(process.execPath, [PROGRAM, 'policy', 'simulate', ...args], {
        env: {
          ...process.env,
          DATABASE_URL: database.url,
          OTKLIK_CONFIG: configFile,
          SITE_SECRET: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
        },
      });
    const span = ['--policy', file, '--from', from, '--to', to];
    assert.deepEqual(JSON.parse((await command(...span, '--json')).stdout), body);
    const { stdout } = await command(...span);
    assert.match(stdout, /Recorded +Current policy +Proposed/);
    assert.match(stdout, /Breaches +2 +2 +1\n/);
    // All of it was delivered an hour late, which is nobody's fault.
    assert.match(stdout, /In the window +100\.0 % +100\.0 % +100\.0 %\n/);
    assert.doesNotMatch(stdout, /client-/);

    writeFileSync(file, 'warn: 4m\nbreach: 3\n');
    await assert.rejects(command(...span), ({ code, stderr }) => {
      assert.equal(code, 1);
      assert.match(stderr, /calmer\.yaml:2:9 {2}.*breach/);
      return true;
    });
  } finally {
    await otklik.stop();
    await folder.remove();
    await database.drop();
  }
});
