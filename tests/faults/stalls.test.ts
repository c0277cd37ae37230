import assert from 'node:assert/strict';
import { join } from 'node:path';
import { temporaryDirectory, until } from '@otklik/testing';
import { afterEach, beforeEach, describe, it } from 'vitest';
import { startOwnRedis } from '../../services/ingest/testing/ownRedis.ts';
import { message, type Otklik, type Receiver, startOtklik, startReceiver } from '../e2e/otklik.ts';
import { freezePostgres } from '../support/freezeProcesses.ts';

const WARN_MS = 6_000;
const config = (receiver: Receiver) => `
version: 1
people: [{ id: anna, name: Анна }, { id: boris, name: Борис }, { id: vera, name: Вера, role: head }]
policies: { default: { warn: ${WARN_MS / 1_000}s, breach: 1m } }
channels:
  - { id: site, kind: webhook, owner: anna, deputies: [boris], head: vera, secret: env:SITE_SECRET }
notify: { webhook: { url: "${receiver.url}", secret: ${receiver.secret} } }
`;

const ANSWERED = Array.from({ length: 10 }, (_, i) => `answered-${i}`);
const SILENT = ['silent-0', 'silent-1'];
/** From the moment at which the servers answer again. */
const CAUGHT_UP_MS = 5_000;

describe('while a server stands still, nobody is pinged about a client who was answered meanwhile (law 7)', () => {
  let receiver: Receiver;
  const ends: (() => Promise<void> | void)[] = [];
  beforeEach(async () => {
    receiver = await startReceiver();
    ends.push(() => receiver.close());
  });
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });

  /** Clients ask, the server freezes, answers are acknowledged, steps come due, the server goes on. */
  const story = async (otklik: Otklik, freeze: () => () => void) => {
    const askedAt = Date.now();
    const clients = [...ANSWERED, ...SILENT];
    await otklik.send(
      'site',
      clients.map((client) => message('client', client, askedAt)),
    );
    const waits = async (state: string) =>
      (await otklik.api<{ items: object[] }>(`/waits?state=${state}&limit=100`)).body.items.length;
    await until(async () => (await waits('open')) === clients.length, {
      what: 'the waits',
      timeoutMs: 10_000,
    });
    const thaw = freeze();
    try {
      for (const client of ANSWERED) {
        const { status } = await otklik.send('site', message('employee', client, Date.now()));
        assert.equal(status, 202);
      }
      assert.ok(
        Date.now() < askedAt + WARN_MS - 1_500,
        'too slow a machine: the answers must be older than a second',
      );
      await until(() => Date.now() > askedAt + WARN_MS + 1_500, {
        what: 'the steps are overdue',
        timeoutMs: 20_000,
      });
      assert.deepEqual(
        receiver.arrived.filter(({ type }) => type === 'wait.step'),
        [],
      );
    } finally {
      thaw();
    }
    const closed = () => receiver.arrived.filter(({ type }) => type === 'wait.closed').length;
    await until(() => closed() === ANSWERED.length, {
      what: 'all answers are recorded',
      timeoutMs: CAUGHT_UP_MS,
    });
    const pinged = () => SILENT.filter((client) => receiver.steps(client).length > 0);
    await until(() => pinged().length === SILENT.length, {
      what: 'the pings of who was not answered',
      timeoutMs: CAUGHT_UP_MS,
    });
    assert.deepEqual(
      ANSWERED.filter((client) => receiver.steps(client).length > 0),
      [],
    );
    return receiver.steps('silent-0')[0]?.data.late_reason;
  };

  it('Redis', async () => {
    const redis = await startOwnRedis();
    ends.push(async () => redis[Symbol.asyncDispose]());
    const otklik = await startOtklik({ config: config(receiver), env: { REDIS_URL: redis.url } });
    ends.push(() => otklik.stop());
    const reason = await story(otklik, () => {
      redis.freeze();
      return () => redis.thaw();
    });
    assert.equal(reason, 'backlog');
  });

  it('PostgreSQL', async () => {
    const directory = await temporaryDirectory();
    ends.push(() => directory.remove());
    const otklik = await startOtklik({
      config: config(receiver),
      embedded: true,
      env: { OTKLIK_DATA_DIR: directory.path },
    });
    ends.push(() => otklik.stop());
    const reason = await story(otklik, () => freezePostgres(join(directory.path, 'postgres')));
    assert.ok(reason === 'backlog' || reason === 'outage', `${reason}`);
  });
});
