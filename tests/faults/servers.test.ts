import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { startEmbeddedPostgres } from '@otklik/postgres';
import { type TemporaryDirectory, temporaryDirectory, until } from '@otklik/testing';
import pg from 'pg';
import { afterEach, beforeEach, describe, it } from 'vitest';
import { enterBy, message, startOtklik, startReceiver } from '../e2e/otklik.ts';
import { PROGRAM } from '../e2e/program.ts';

const postmaster = (data: string): number =>
  Number.parseInt(readFileSync(join(data, 'postgres', 'postmaster.pid'), 'utf8'), 10);
const withChildren = (pid: number): number[] => [
  pid,
  ...readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number),
];
const isAlive = (pid: number): boolean => {
  try {
    return !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};
/** On a busy machine too. */
const LONG = { timeoutMs: 60_000 };

it('nothing that happens to the database ends the program or loses an event', async () => {
  const folder = await temporaryDirectory();
  const server = await startEmbeddedPostgres({ dir: folder.path, connections: 50 });
  const receiver = await startReceiver();
  const config = `
version: 1
people: [{ id: anna, name: Анна }]
policies: { default: { warn: 2s, breach: 1h } }
channels:
  - { id: site, kind: webhook, owner: anna, secret: env:SITE_SECRET }
notify: { webhook: { url: "${receiver.url}", secret: ${receiver.secret} } }
`;
  const otklik = await startOtklik({
    config,
    embedded: true,
    env: { DATABASE_URL: server.url },
  });
  const connect = async () => {
    const client = new pg.Client({ connectionString: server.url });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  };
  /** Ends all other connections; returns how many. */
  const cutAll = async (own: readonly pg.Client[]): Promise<number | null | undefined> => {
    const cut = await own[0]?.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where backend_type = 'client backend' and pid <> all($1)`,
      [own.map((client) => (client as pg.Client & { processID: number }).processID)],
    );
    return cut?.rowCount;
  };
  const asks = async (client: string) => {
    const sent = await otklik.send('site', message('client', client, Date.now()));
    assert.equal(sent.status, 202, client);
  };
  try {
    const troubles: Readonly<Record<string, () => Promise<void>>> = {
      'killed and started again': async () => {
        const killed = postmaster(folder.path);
        process.kill(killed, 'SIGKILL');
        await asks('killed');
      },
      'every connection cut': async () => {
        const client = await until(() => connect().catch(() => null), { ...LONG, what: 'it is back' });
        for (let times = 0; times < 3; times++) await cutAll([client]);
        await client.end();
        await asks('cut');
      },
      frozen: async () => {
        const pids = withChildren(postmaster(folder.path));
        for (const pid of pids) process.kill(pid, 'SIGSTOP');
        await asks('frozen');
        const frozenAt = Date.now();
        await until(() => Date.now() - frozenAt > 3_000, { what: 'what waits for it has given up' });
        for (const pid of pids) process.kill(pid, 'SIGCONT');
      },
      'without a free connection': async () => {
        // Takes all connections: the program regains some between a cut and our next one.
        const taken = [await connect()];
        for (let isOurs = false; !isOurs; ) {
          const client = await connect().catch(() => null);
          if (client) taken.push(client);
          isOurs = (await cutAll(taken)) === 0 && client === null;
        }
        await asks('full');
        otklik.edit(
          config.replace(
            'channels:',
            `channels:\n  - { id: form, kind: webhook, owner: anna, secret: env:SITE_SECRET }`,
          ),
        );
        await until(() => otklik.printed().includes('an edit of otklik.yaml waits'), {
          ...LONG,
          what: 'an edit',
        });
        await Promise.all(taken.map((client) => client.end()));
      },
    };
    for (const [what, trouble] of Object.entries(troubles)) {
      await trouble();
      console.log(what);
    }
    const isInForce = async () => (await otklik.send('form', [])).status === 202;
    await until(isInForce, { ...LONG, what: 'the edit is in force' });
    const clients = ['killed', 'cut', 'frozen', 'full'];
    let found: string[] = [];
    const foundAll = until(
      async () => {
        const answer = await otklik
          .api<{ items?: { client: string }[] }>('/waits?state=open')
          .catch(() => null);
        found = answer?.body?.items?.map(({ client }) => client) ?? [];
        return found.length === clients.length;
      },
      { ...LONG, what: 'every wait' },
    );
    await foundAll.catch(() => assert.fail(`of ${clients.join(', ')} there are ${found.join(', ')}`));
    for (const client of clients)
      await until(() => receiver.steps(client).length > 0, { ...LONG, what: `the ping about ${client}` });
  } finally {
    await otklik.stop();
    receiver.close();
    await server.stop();
    await folder.remove();
  }
});

describe('on a data folder of its own', () => {
  const NPM_START = fileURLToPath(new URL('../../scripts/otklik.mjs', import.meta.url));
  const END_WITH_PARENT = new URL('../e2e/endWithParent.ts', import.meta.url).href;
  let folder: TemporaryDirectory;
  let data: string;
  let env: NodeJS.ProcessEnv;
  let started: ChildProcess[];
  beforeEach(async () => {
    folder = await temporaryDirectory();
    data = join(folder.path, 'data');
    started = [];
    const config = join(folder.path, 'otklik.yaml');
    writeFileSync(
      config,
      `
version: 1
people: [{ id: anna, name: Анна, role: head }]
channels: [{ id: site, kind: webhook, owner: anna, secret: a-secret-of-some-length }]
`,
    );
    env = {
      ...process.env,
      OTKLIK_CONFIG: config,
      OTKLIK_DATA_DIR: data,
      OTKLIK_ADMIN_TOKEN: '',
      DATABASE_URL: '',
      REDIS_URL: '',
      PORT: '0',
      LOG_LEVEL: 'fatal',
    };
  });
  afterEach(async () => {
    for (const { pid = 0, exitCode } of started) if (exitCode === null) process.kill(-pid, 'SIGTERM');
    for (const child of started) await ended(child);
    await folder.remove();
  });
  const ended = (child: ChildProcess) =>
    new Promise<number | NodeJS.Signals | null>((resolve) => {
      const told = () => resolve(child.exitCode ?? child.signalCode);
      if (child.exitCode !== null || child.signalCode !== null) told();
      else child.once('exit', told);
    });
  /** As `npm start`, in a process group of its own, as from a terminal or a service. */
  const launch = () => {
    const child = spawn(process.execPath, [NPM_START, 'start'], {
      env: { ...env, NODE_OPTIONS: `--import ${END_WITH_PARENT}` },
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    started.push(child);
    let printed = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (said: string) => {
        printed += said;
        console.log(said.trimEnd());
      });
    return { child, group: -(child.pid ?? Number.NaN), printed: () => printed };
  };
  const run = async (...args: string[]) => {
    const child = spawn(process.execPath, [PROGRAM, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const [printed, said, status] = await Promise.all([text(child.stdout), text(child.stderr), ended(child)]);
    return { printed: printed.trim(), said: said.trim(), status };
  };
  const isServerLeft = () => existsSync(join(data, 'postgres', 'postmaster.pid'));

  it('one program runs; others say so or use its database; a signal to all of its group ends it cleanly', async () => {
    const { child, group, printed } = launch();
    const base = await until(() => /is ready: (\S+)/.exec(printed())?.[1], { ...LONG, what: 'it is ready' });
    const { pid } = JSON.parse(readFileSync(join(data, 'owner.json'), 'utf8')) as { pid: number };
    const server = postmaster(data);

    const second = await run('start');
    assert.deepEqual(
      [second.status, second.printed, second.said],
      [
        1,
        '',
        `«Отклик» уже работает с папкой данных ${data}: ${base} (процесс ${pid}). Остановите его или назовите в OTKLIK_DATA_DIR другую папку.`,
      ],
    );
    const link = await run('sign-in', '--person', 'anna');
    assert.equal(link.status, 0, link.said);
    const entered = await enterBy(`${base}/sign-in${new URL(link.printed).search}`);
    assert.ok(entered.headers.get('set-cookie'), 'the link opens the board of the running one');
    assert.ok(isAlive(server), 'nobody stopped its database');
    assert.equal((await fetch(`${base}/readyz`)).status, 200);

    process.kill(server, 'SIGKILL');
    await until(
      () =>
        postmaster(data) !== server &&
        readFileSync(join(data, 'postgres', 'postmaster.pid'), 'utf8').includes('ready'),
      {
        ...LONG,
        what: 'its database is back',
      },
    );
    await until(async () => (await fetch(`${base}/readyz`)).status === 200, { ...LONG, what: 'it works on' });

    // Every program of the group gets it, and npm and our starter pass it on again.
    process.kill(group, 'SIGTERM');
    process.kill(group, 'SIGTERM');
    assert.equal(await ended(child), 0);
    assert.ok(!isServerLeft());
    assert.ok(!existsSync(join(data, 'owner.json')));
  });

  it('a terminal that closes in the middle of the start leaves nothing running, and nothing half-made', async () => {
    const { child, group } = launch();
    await until(() => existsSync(join(data, 'owner.json')), { ...LONG, what: 'it has begun' });
    child.stdout?.destroy();
    child.stderr?.destroy();
    process.kill(group, 'SIGHUP');
    assert.equal(await ended(child), 0);
    assert.ok(!isServerLeft());

    // A command starts and stops the database for itself.
    const link = await run('sign-in');
    assert.equal(link.status, 0, link.said);
    assert.match(link.printed, /\/sign-in\?code=/);
    assert.ok(!isServerLeft());
  });
});
