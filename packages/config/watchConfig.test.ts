import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'vitest';
import { loadConfig } from './loadConfig.ts';
import { CONFIG_FORMAT, SIGNING_SECRET, SMALLEST } from './testing/reading.ts';
import type { Config } from './types.ts';
import { editDetector, type WatchOptions, watchConfig } from './watchConfig.ts';

const VALID = SMALLEST.replace('env:SITE_SECRET', 'file:site.secret').replace(
  'env:OTKLIK_BOT_TOKEN',
  '"1:token"',
);

/** A folder with a valid config and its secret, gone after the test. */
function configFolder(context: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'otklik-config-'));
  context.onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'otklik.yaml');
  const secretFile = join(folder, 'site.secret');
  writeFileSync(file, VALID);
  writeFileSync(secretFile, SIGNING_SECRET);
  return { folder, file, secretFile };
}

/** Watches until the test ends; what is told can be awaited and is kept in `told`. */
function watched(context: TestContext, file: string, options?: WatchOptions) {
  const told: string[] = [];
  const events = new EventEmitter();
  const note = (kind: string, about: unknown) => {
    told.push(kind);
    events.emit(kind, about);
  };
  const watcher = watchConfig(
    file,
    CONFIG_FORMAT,
    { onConfig: (config) => note('config', config), onRefused: (faults) => note('refused', faults) },
    { settleMs: 5, ...options },
  );
  context.onTestFinished(() => watcher.close());
  // The watch does not keep the process alive by itself.
  const hold = setInterval(() => {}, 1_000);
  context.onTestFinished(() => clearInterval(hold));
  return {
    told,
    next: (kind: 'config' | 'refused') => once(events, kind, { signal: AbortSignal.timeout(20_000) }),
  };
}

test('a config on disk is loaded, its file: secrets beside it', (context) => {
  const { file } = configFolder(context);
  const result = loadConfig(file, CONFIG_FORMAT, {});
  assert.ok(result.ok);
  const site = result.config.channels.get('site');
  assert.equal(site?.kind === 'webhook' && site.secret.reveal(), SIGNING_SECRET);
});

test('a config that is not there is a fault with a place', (context) => {
  const { folder } = configFolder(context);
  const result = loadConfig(join(folder, 'other.yaml'), CONFIG_FORMAT, {});
  assert.ok(!result.ok);
  assert.deepEqual(
    result.faults.map(({ line, message }) => [line, message]),
    [[1, "the config can't be read (ENOENT)"]],
  );
});

test('a valid edit is put in force, an invalid one is refused, and the way back is an edit too', async (context) => {
  const { file } = configFolder(context);
  const { told, next } = watched(context, file);
  const refused = next('refused');
  writeFileSync(file, VALID.replace('owner: anna', 'owner: nobody'));
  const [faults] = await refused;
  assert.equal(faults[0].path, 'channels.0.owner');
  const valid = next('config');
  writeFileSync(file, VALID.replace('owner: anna', 'owner: vera'));
  const [config]: Config[] = await valid;
  assert.equal(config?.channels.get('site')?.owner, 'vera');
  assert.deepEqual(told, ['refused', 'config']);
});

test('an editor that replaces the file by a rename is followed, again and again', async (context) => {
  const { folder, file } = configFolder(context);
  const { next } = watched(context, file, { pollMs: 60_000 });
  for (const owner of ['vera', 'anna', 'vera']) {
    const told = next('config');
    writeFileSync(
      join(folder, '.otklik.yaml.swp'),
      VALID.replace('owner: anna', `owner: ${owner}`).concat(`# ${owner}\n`),
    );
    renameSync(join(folder, '.otklik.yaml.swp'), file);
    const [config]: Config[] = await told;
    assert.equal(config?.channels.get('site')?.owner, owner);
  }
});

test('an edit between the first reading and the watch is not lost', async (context) => {
  const { file } = configFolder(context);
  const { digest } = loadConfig(file, CONFIG_FORMAT);
  writeFileSync(file, VALID.replace('owner: anna', 'owner: vera'));
  const { next } = watched(context, file, { since: digest, pollMs: 10 });
  const [config]: Config[] = await next('config');
  assert.equal(config?.channels.get('site')?.owner, 'vera');
});

test('after close nothing is told', async (context) => {
  const { file } = configFolder(context);
  const told: string[] = [];
  const closed = watchConfig(
    file,
    CONFIG_FORMAT,
    { onConfig: () => told.push('closed'), onRefused: () => told.push('closed') },
    { settleMs: 1, pollMs: 1 },
  );
  closed.close();
  const open = watched(context, file, { settleMs: 20 });
  const edit = open.next('config');
  writeFileSync(file, VALID.replace('owner: anna', 'owner: vera'));
  await edit;
  assert.deepEqual(told, []);
});

test('a touch is no edit; a new secret behind file: is one', (context) => {
  const { file, secretFile } = configFolder(context);
  const told: string[] = [];
  const look = editDetector(() => loadConfig(file, CONFIG_FORMAT, {}), {
    onConfig: (config) => {
      const site = config.channels.get('site');
      told.push(site?.kind === 'webhook' ? site.secret.reveal() : '');
    },
    onRefused: () => told.push('refused'),
  });
  utimesSync(file, 1, 1);
  look();
  assert.deepEqual(told, []);
  writeFileSync(secretFile, 'another-secret-of-length');
  look();
  look();
  assert.deepEqual(told, ['another-secret-of-length']);
  rmSync(secretFile);
  look();
  assert.deepEqual(told.slice(1), ['refused']);
});
