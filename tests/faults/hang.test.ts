import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryDirectory, until } from '@otklik/testing';
import { freshDatabase, freshRedis } from '@otklik/testing/servers';
import { it } from 'vitest';
import { openLink } from '../../services/ingest/testing/link.ts';
import { message, startOtklik, startReceiver } from '../e2e/otklik.ts';

/** Monitors give up then. */
const WITHIN_MS = 2_000;

it('metrics and readiness answer in time whatever hangs, say what is missing, and keep their counts', async () => {
  await using database = await freshDatabase();
  await using redis = await freshRedis();
  await using postgresLink = await openLink(database.url);
  await using redisLink = await openLink(redis.url);
  await using data = await temporaryDirectory();
  const receiver = await startReceiver();
  const otklik = await startOtklik({
    config: `
version: 1
people: [{ id: anna, name: Анна }]
policies: { default: { warn: 1s, breach: 2s } }
channels: [{ id: site, kind: webhook, owner: anna, secret: env:SITE_SECRET }]
notify: { webhook: { url: "${receiver.url}", secret: ${receiver.secret} } }
`,
    env: { DATABASE_URL: postgresLink.url, REDIS_URL: redisLink.url, OTKLIK_DATA_DIR: data.path },
  });
  const ask = async (path: string) => {
    const answer = await fetch(`${otklik.base}${path}`, { signal: AbortSignal.timeout(WITHIN_MS) });
    return { status: answer.status, text: await answer.text() };
  };
  const missing = async (): Promise<string[]> => {
    const { status, text } = await ask('/readyz');
    const found: string[] = JSON.parse(text).missing ?? [];
    assert.equal(status, found.length === 0 ? 200 : 503, text);
    return found;
  };
  const metric = async (line: string) => {
    const { text } = await ask('/metrics');
    return text
      .split('\n')
      .find((each) => each.startsWith(`${line} `))
      ?.split(' ')[1];
  };
  const breaches = () => metric('otklik_breaches_total{channel="site",owner="anna"}');
  const isUp = (dependency: string) => metric(`otklik_dependency_up{dependency="${dependency}"}`);
  try {
    await otklik.send('site', message('client', 'ivan', Date.now()));
    await until(async () => (await breaches()) === '1', { what: 'the breach is counted' });
    assert.deepEqual(await missing(), []);
    const without = async (name: string) => {
      await until(async () => (await missing()).includes(name), { what: `${name} is missed` });
      assert.deepEqual(await missing(), [name]);
      for (const each of ['postgres', 'redis', 'disk'])
        assert.equal(await isUp(each), each === name ? '0' : '1', each);
      assert.equal(await breaches(), '1');
    };
    redisLink.freeze();
    await without('redis');
    redisLink.mend();
    await until(async () => (await missing()).length === 0, { what: 'redis is back', timeoutMs: 20_000 });
    assert.equal(await isUp('redis'), '1');
    // A disk that takes nothing: a file in place of the spool's folder.
    const spool = join(data.path, 'spool');
    await rm(spool, { recursive: true });
    await writeFile(spool, '');
    await without('disk');
    await rm(spool);
    await mkdir(spool);
    postgresLink.freeze();
    await without('postgres');
    await otklik.kill9();
  } finally {
    await otklik.stop();
    receiver.close();
  }
});
