import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryDirectory, until } from '@otklik/testing';
import { it } from 'vitest';
import { startOtklik } from './otklik.ts';
import { PROGRAM } from './program.ts';

const CONFIG = `
version: 1
people: [{ id: anna, name: Анна }, { id: vera, name: Вера, role: head }, { id: boris, name: Борис }]
channels: [{ id: site, kind: webhook, owner: anna, head: vera, secret: a-secret-of-some-length }]
`;

it('whoever is named has their own role, as long as the configuration says so; nobody is an admin by default', async () => {
  const otklik = await startOtklik({ config: CONFIG });
  const folder = await temporaryDirectory();
  try {
    const configFile = join(folder.path, 'otklik.yaml');
    writeFileSync(configFile, CONFIG);
    const env = { ...process.env, DATABASE_URL: otklik.databaseUrl, OTKLIK_CONFIG: configFile, PORT: '1' };
    const command = (...args: string[]) => promisify(execFile)(process.execPath, [PROGRAM, ...args], { env });
    /** The cookie of a browser that followed a link and pressed the button. */
    const enter = async (...args: string[]): Promise<string> => {
      const { stdout } = await command('sign-in', ...args);
      const { pathname, search } = new URL(stdout.trim());
      const page = await (await fetch(`${otklik.base}${pathname}${search}`)).text();
      const code = /name="code" value="([^"]+)"/.exec(page)?.[1] ?? '';
      const entered = await fetch(`${otklik.base}/sign-in`, {
        method: 'POST',
        body: new URLSearchParams({ code }),
        redirect: 'manual',
      });
      return entered.headers.get('set-cookie')?.split(';')[0] ?? '';
    };
    const me = async (headers: Record<string, string>): Promise<string | number> => {
      const answer = await fetch(`${otklik.base}/api/v1/me`, { headers });
      return answer.ok ? ((await answer.json()) as { role: string }).role : answer.status;
    };
    const [annas, veras, admins] = await Promise.all([
      enter('--person', 'anna'),
      enter('--person', 'vera'),
      enter(),
    ]);
    assert.equal(await me({ cookie: annas }), 'owner');
    assert.equal(await me({ cookie: veras }), 'head');
    assert.equal(await me({ cookie: admins }), 'admin');

    // Lists show no secrets; revoked accesses end at once, their streams too.
    const token = (await command('token', 'create', '--role', 'owner', '--person', 'boris')).stdout.trim();
    const boris = { authorization: `Bearer ${token}` };
    assert.equal(await me(boris), 'owner');
    const [tokens, sessions] = await Promise.all([
      command('token', 'list'),
      command('session', 'list', '--person', 'anna'),
    ]);
    assert.match(tokens.stdout, /^ID +ROLE +PERSON +CREATED/);
    assert.ok(!tokens.stdout.includes(token));
    const hears = async (headers: Record<string, string>): Promise<{ end: Promise<string> }> => {
      const stream = await fetch(`${otklik.base}/api/v1/stream`, { headers });
      return { end: stream.text() };
    };
    const hers = await hears({ cookie: annas });
    const id = sessions.stdout.trim().split('\n').at(-1)?.split(' ')[0] ?? '';
    const revoked = await command('session', 'revoke', id);
    assert.match(revoked.stdout, new RegExp(`^Revoked session ${id}: anna`));
    assert.match(await hers.end, /event: hello/);
    assert.equal(await me({ cookie: annas }), 401);
    await assert.rejects(command('token', 'revoke'), { code: 2, stderr: /wants an ID/ });
    const { body } = await otklik.api<{ items: { actor: string; action: string }[] }>('/audit?limit=1');
    assert.equal(body.items[0]?.action, 'session_revoked');
    assert.match(body.items[0]?.actor ?? '', /^console/);

    // Whoever leaves the configuration is out; a changed role applies.
    const his = await hears(boris);
    const people = '{ id: anna, name: Анна, role: head }, { id: vera, name: Вера, role: owner }';
    otklik.edit(CONFIG.replace(/people: .*/, `people: [${people}]`).replace('head: vera', 'head: anna'));
    await until(async () => (await me({ cookie: veras })) === 'owner', { what: 'the new role' });
    assert.equal(await me(boris), 401);
    assert.match(await his.end, /event: hello/);
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
