import assert from 'node:assert/strict';
import { until } from '@otklik/testing';
import { freshDatabase } from '@otklik/testing/servers';
import pg from 'pg';
import { describe, it } from 'vitest';
import { message, type Receiver, startOtklik, startReceiver } from '../e2e/otklik.ts';

const config = (receiver: Receiver, breach: string) => `
version: 1
people: [{ id: anna, name: Анна }, { id: boris, name: Борис }, { id: vera, name: Вера, role: head }]
policies: { default: { warn: 2s, breach: ${breach} } }
channels: [{ id: site, kind: webhook, owner: anna, deputies: [boris], head: vera, secret: env:SITE_SECRET }]
notify: { webhook: { url: "${receiver.url}", secret: ${receiver.secret} } }
`;

/** Law 7: everything overdue fires within this long after an outage. */
const WITHIN_MS = 5_000;

describe('kill -9', () => {
  for (const [where, embedded] of [
    ['a PostgreSQL server', false],
    ['the embedded PostgreSQL, which outlives it', true],
  ] as const) {
    it(`between the 202 and the notice: it goes out once after the restart, marked late (${where})`, async () => {
      const receiver = await startReceiver();
      const otklik = await startOtklik({ config: config(receiver, '1m'), embedded });
      try {
        const at = Date.now();
        assert.equal((await otklik.send('site', message('client', 'ivan', at))).status, 202);
        await otklik.kill9();
        await until(() => Date.now() >= at + 2_500, { what: 'the warning is overdue' });
        assert.equal(receiver.steps('ivan').length, 0);
        const started = Date.now();
        await otklik.startAgain();
        await until(() => receiver.steps('ivan').length > 0, { timeoutMs: WITHIN_MS, what: 'the notice' });
        const [notice] = receiver.steps('ivan');
        assert.ok(
          (notice?.at ?? 0) - started <= WITHIN_MS,
          `${(notice?.at ?? 0) - started} ms after the start`,
        );
        assert.equal(notice?.data.late_reason, 'outage');
        assert.ok(Number(notice?.data.late_ms) >= 400);
        await otklik.send('site', message('employee', 'ivan', Date.now()));
        await until(() => receiver.arrived.some(({ type }) => type === 'wait.closed'), { what: 'the end' });
        const steps = receiver.steps('ivan').map(({ data }) => `${data.step} ${data.recipient}`);
        assert.equal(new Set(steps).size, steps.length, `each once: ${steps.join(', ')}`);
      } finally {
        await otklik.stop();
        receiver.close();
      }
    });
  }

  it('for longer than several steps: only the highest is sent, the others are on record as skipped', async () => {
    const receiver = await startReceiver();
    const otklik = await startOtklik({ config: config(receiver, '4s') });
    try {
      const at = Date.now();
      await otklik.send('site', message('client', 'olga', at));
      await otklik.kill9();
      await until(() => Date.now() >= at + 4_200, { what: 'two steps are overdue' });
      await otklik.startAgain();
      await until(() => receiver.steps('olga').length >= 2, { timeoutMs: WITHIN_MS, what: 'the notices' });
      const steps = receiver.steps('olga').filter(({ data }) => Number(data.step) <= 2);
      assert.deepEqual(steps.map(({ data }) => `${data.step} ${data.recipient} ${data.late_reason}`).sort(), [
        '2 anna outage',
        '2 boris outage',
      ]);
      const wait = (await otklik.api<{ items: { id: string }[] }>('/waits')).body.items[0];
      const { body } = await otklik.api<{ timeline: { type: string; step: number; skipped: boolean }[] }>(
        `/waits/${wait?.id}`,
      );
      assert.deepEqual(
        body.timeline
          .filter(({ type, step }) => type === 'step' && step <= 2)
          .map(({ step, skipped }) => [step, skipped]),
        [
          [1, true],
          [2, false],
        ],
      );
    } finally {
      await otklik.stop();
      receiver.close();
    }
  });

  it('while the engine holds the job: it is done by the next process, and the notice goes out once', async () => {
    await using database = await freshDatabase();
    const receiver = await startReceiver();
    const env = { DATABASE_URL: database.url };
    const otklik = await startOtklik({ config: config(receiver, '1m'), env });
    const client = new pg.Client({ connectionString: database.url, options: '-c search_path=otklik' });
    await client.connect();
    try {
      await otklik.send('site', message('employee', 'petr', Date.now()));
      await until(async () => (await client.query('select 1 from events')).rowCount === 1, {
        what: 'the client is known',
      });
      await client.query('begin; lock table clients in exclusive mode');
      const at = Date.now();
      assert.equal((await otklik.send('site', message('client', 'petr', at))).status, 202);
      const blocked = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      await until(async () => (await client.query(blocked)).rowCount, { what: 'the engine holds the job' });
      await otklik.kill9();
      await client.query('rollback');
      await until(() => Date.now() >= at + 2_100, { what: 'the warning is overdue' });
      const started = Date.now();
      await otklik.startAgain();
      await until(() => receiver.steps('petr').length > 0, { timeoutMs: WITHIN_MS, what: 'the notice' });
      assert.ok(Date.now() - started <= WITHIN_MS, `${Date.now() - started} ms after the start`);
      assert.deepEqual(
        receiver.steps('petr').map(({ data }) => [data.step, data.recipient, data.late_reason]),
        [[1, 'anna', 'outage']],
      );
      assert.equal(receiver.arrived.filter(({ type }) => type === 'wait.opened').length, 1);
    } finally {
      await client.end();
      await otklik.stop();
      receiver.close();
    }
  });

  it('after an answer was acknowledged and before it is recorded: nobody is pinged about it', async () => {
    await using database = await freshDatabase();
    const receiver = await startReceiver();
    const otklik = await startOtklik({
      config: config(receiver, '1m'),
      env: { DATABASE_URL: database.url },
    });
    const client = new pg.Client({ connectionString: database.url, options: '-c search_path=otklik' });
    await client.connect();
    try {
      const at = Date.now();
      for (const name of ['answered', 'forgotten'])
        assert.equal((await otklik.send('site', message('client', name, at))).status, 202);
      await until(async () => (await client.query('select 1 from waits')).rowCount === 2, {
        what: 'both wait',
      });
      await client.query('begin; lock table clients in exclusive mode');
      assert.equal((await otklik.send('site', message('employee', 'answered', Date.now()))).status, 202);
      await otklik.kill9();
      await client.query('rollback');
      await until(() => Date.now() >= at + 2_100, { what: 'the warning is overdue' });
      await otklik.startAgain();
      await until(() => receiver.steps('forgotten').length > 0, { timeoutMs: WITHIN_MS, what: 'a ping' });
      await until(() => receiver.arrived.some(({ type }) => type === 'wait.closed'), { what: 'the end' });
      assert.deepEqual(receiver.steps('answered'), []);
    } finally {
      await client.end();
      await otklik.stop();
      receiver.close();
    }
  });
});
