import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { temporaryDirectory } from '@otklik/testing';
import { it } from 'vitest';
import { startOtklik } from './otklik.ts';

const PROGRAM = fileURLToPath(new URL('../../bin/otklik.ts', import.meta.url));
const CONFIG = `
version: 1
people: [{ id: anna, name: Анна }, { id: vera, name: Вера, role: head }]
channels: [{ id: site, kind: webhook, owner: anna, head: vera, secret: a-secret-of-some-length }]
`;

it('whoever is named has their own role; nobody is an admin by default', async () => {
  const otklik = await startOtklik({ config: CONFIG });
  const folder = await temporaryDirectory();
  try {
    const configFile = join(folder.path, 'otklik.yaml');
    writeFileSync(configFile, CONFIG);
    const env = { ...process.env, DATABASE_URL: otklik.databaseUrl, OTKLIK_CONFIG: configFile, PORT: '1' };
    const command = (...args: string[]) => promisify(execFile)(process.execPath, [PROGRAM, ...args], { env });
    const roleOf = async (...args: string[]) => {
      const { stdout } = await command('sign-in', ...args);
      const { pathname, search } = new URL(stdout.trim());
      const entered = await fetch(`${otklik.base}${pathname}${search}`, { redirect: 'manual' });
      const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? '';
      const me = await fetch(`${otklik.base}/api/v1/me`, { headers: { cookie } });
      return ((await me.json()) as { role: string }).role;
    };
    assert.equal(await roleOf('--person', 'anna'), 'owner');
    assert.equal(await roleOf('--person', 'vera'), 'head');
    assert.equal(await roleOf(), 'admin');
    const elsewhere = { ...env, OTKLIK_CONFIG: join(folder.path, 'otklik.yml') };
    await assert.rejects(promisify(execFile)(process.execPath, [PROGRAM, 'sign-in'], { env: elsewhere }), {
      code: 2,
      stderr: /^There is no .*otklik\.yml/,
    });
    await assert.rejects(command('sign-in', '--person', 'nobody'), {
      code: 2,
      stderr: /nobody in .* has the id/,
    });
  } finally {
    await otklik.stop();
    await folder.remove();
  }
});
