import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { until } from '@otklik/testing';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { message, type Otklik, type Receiver, startOtklik, startReceiver } from './otklik.ts';
import { PROGRAM } from './program.ts';

interface Wait {
  readonly id: string;
  readonly channel: string;
  readonly client: string;
  readonly owner: string;
  readonly breached_at: string | null;
  readonly closed_at: string | null;
}

interface Channel {
  readonly id: string;
  readonly gone_since: string | null;
  readonly open_waits: number | null;
}

const PATIENCE = { timeoutMs: 15_000 };

describe('otklik.yaml is edited while clients wait', () => {
  let receiver: Receiver;
  let otklik: Otklik;
  const yaml = (...channels: readonly string[]) => `
version: 1
people:
  - { id: anna, name: Анна, email: anna@example.ru }
  - { id: boris, name: Борис, email: boris@example.ru }
  - { id: vera, name: Вера, role: head, email: vera@example.ru }
policies:
  fast: { warn: 1s, breach: 2s, steps: [{ at: 1s, notify: [owner] }, { at: 2s, notify: [owner, deputies] }, { at: 3s, notify: [head] }] }
channels:
  - { id: site, kind: webhook, owner: anna, secret: env:SITE_SECRET }
${channels.map((channel) => `  - { ${channel}, kind: webhook, owner: anna, deputies: [boris], secret: env:SITE_SECRET }`).join('\n')}
notify: { webhook: { url: "${receiver.url}", secret: env:NOTIFY_SECRET } }
`;
  const SHOP = 'id: shop, policy: fast';

  beforeAll(async () => {
    receiver = await startReceiver();
    otklik = await startOtklik({ config: yaml(SHOP, 'id: slow'), env: { NOTIFY_SECRET: receiver.secret } });
  });
  afterAll(async () => {
    await otklik.stop();
    receiver.close();
  });

  const told = (client: string) =>
    receiver.steps(client).map(({ data }) => [data.step, data.recipient].join(' '));
  const waitsOf = async (client: string) => {
    const { body } = await otklik.api<{ items: Wait[] }>('/waits');
    return body.items.filter((wait) => wait.client === client);
  };
  const channels = async () => (await otklik.api<{ items: Channel[] }>('/channels')).body.items;

  it('a channel that is gone goes on asking under its last settings, and comes back without asking twice', async () => {
    await otklik.send('shop', message('client', 'Иван', Date.now(), { id: 'q-1' }));
    await until(async () => (await waitsOf('Иван')).length === 1, { ...PATIENCE, what: 'Иван waits' });
    otklik.edit(yaml('id: slow'));
    await until(
      async () => (await channels()).some(({ id, gone_since }) => id === 'shop' && gone_since !== null),
      {
        ...PATIENCE,
        what: 'the board says that the channel is gone',
      },
    );
    assert.equal((await channels()).find(({ id }) => id === 'shop')?.open_waits, 1);
    assert.equal((await otklik.send('shop', message('client', 'Иван', Date.now()))).status, 404);
    const asked = () => [...new Set(receiver.steps('Иван').map(({ data }) => data.recipient))].toSorted();
    await until(() => asked().length === 3, { ...PATIENCE, what: 'owner, deputy and head are asked' });
    assert.deepEqual(asked(), ['anna', 'boris', 'vera']);
    const metrics = await (await fetch(`${otklik.base}/metrics`)).text();
    assert.match(metrics, /otklik_waits_of_gone_channels\{channel="shop"\} 1\n/);
    assert.match(otklik.printed(), /1 open waits of channel shop, which is gone/);
    const env = {
      ...process.env,
      DATABASE_URL: otklik.databaseUrl,
      SITE_SECRET: receiver.secret,
      NOTIFY_SECRET: receiver.secret,
    };
    const checked = await promisify(execFile)(
      process.execPath,
      [PROGRAM, 'config', 'check', otklik.configFile],
      {
        env,
      },
    );
    assert.match(checked.stdout, /1 открытое ожидание канала shop, которого нет в настройках/);
    const [wait] = await waitsOf('Иван');
    assert.equal(
      (await otklik.api(`/waits/${wait?.id}/hand-over`, { method: 'POST', body: { to: 'vera' } })).status,
      200,
    );

    otklik.edit(yaml(SHOP, 'id: slow'));
    await until(async () => (await channels()).every(({ gone_since }) => gone_since === null), {
      ...PATIENCE,
      what: 'the channel is back',
    });
    await otklik.send('shop', message('employee', 'Иван', Date.now()));
    await until(async () => (await waitsOf('Иван')).every(({ closed_at }) => closed_at !== null), {
      ...PATIENCE,
      what: 'an answer is seen there again',
    });
    assert.deepEqual(told('Иван'), [...new Set(told('Иван'))]);
  });

  it('a channel gets another id: its waits and its history follow, and both addresses are heard', async () => {
    const question = message('client', 'Ольга', Date.now(), { id: 'q-2' });
    await otklik.send('slow', question);
    await until(async () => (await waitsOf('Ольга')).length === 1, { ...PATIENCE, what: 'Ольга waits' });
    const [before] = await waitsOf('Ольга');
    otklik.edit(yaml(SHOP, 'id: store, formerly: [slow]'));
    await until(async () => (await channels()).some(({ id }) => id === 'store'), {
      ...PATIENCE,
      what: 'the new id is in force',
    });
    assert.equal((await waitsOf('Ольга'))[0]?.channel, 'store');
    for (const address of ['slow', 'store'])
      assert.deepEqual((await otklik.send(address, question)).body, { accepted: 0, duplicates: 1 });
    assert.deepEqual(
      (await waitsOf('Ольга')).map(({ id }) => id),
      [before?.id],
    );
    assert.ok((await channels()).every(({ id, gone_since }) => id !== 'slow' && gone_since === null));
    assert.equal((await otklik.send('slow', message('employee', 'Ольга', Date.now()))).status, 202);
    await until(async () => (await waitsOf('Ольга'))[0]?.closed_at !== null, {
      ...PATIENCE,
      what: 'the answer at the old address counts',
    });
  });

  it('open waits follow a new policy, also one that was written while the program was down; who left hands over', async () => {
    const rules = (policies: string, people: string, desk: string) => `
version: 1
people:
  - { id: anna, name: Анна, email: anna@example.ru }
  - { id: boris, name: Борис, email: boris@example.ru }
  - { id: vera, name: Вера, role: head, email: vera@example.ru }
${people}
policies:
${policies}
channels:
  - { id: calm, kind: webhook, policy: calm, owner: anna, deputies: [boris], secret: env:SITE_SECRET }
  - { id: once, kind: webhook, policy: once, owner: anna, deputies: [boris], secret: env:SITE_SECRET }
  - { id: late, kind: webhook, policy: late, owner: anna, deputies: [boris], secret: env:SITE_SECRET }
  - { id: desk, kind: webhook, owner: ${desk}, deputies: [boris], secret: env:SITE_SECRET }
notify: { webhook: { url: "${receiver.url}", secret: env:NOTIFY_SECRET } }
`;
    const before = `
  calm: { warn: 1h, breach: 2h, steps: [{ at: 1h, notify: [owner] }, { at: 2h, notify: [head] }] }
  once: { warn: 1s, breach: 1h, steps: [{ at: 1s, notify: [owner] }, { at: 1h, notify: [head] }] }
  late: { warn: 1s, breach: 2s, steps: [{ at: 1s, notify: [owner] }] }`;
    const after = `
  calm: { warn: 1s, breach: 2s, steps: [{ at: 1s, notify: [owner] }, { at: 2s, notify: [head] }] }
  once: { warn: 1s, breach: 1h, steps: [{ at: 1s, notify: [deputies] }, { at: 2s, notify: [owner] }, { at: 1h, notify: [head] }] }
  late: { warn: 1s, breach: 3h, steps: [{ at: 1s, notify: [owner] }] }`;
    const dina = '  - { id: dina, name: Дина, email: dina@example.ru }';
    otklik.edit(rules(before, dina, 'dina'));
    await until(async () => (await channels()).some(({ id }) => id === 'calm'), {
      ...PATIENCE,
      what: 'in force',
    });
    const sent = Date.now();
    const clients = { Пётр: 'calm', Лена: 'once', Олег: 'late', Нина: 'desk' };
    for (const [client, channel] of Object.entries(clients))
      await otklik.send(channel, message('client', client, Date.now()));
    const only = async (client: string) => (await waitsOf(client))[0];
    await until(
      async () => (await only('Олег'))?.breached_at && told('Лена').length > 0 && Date.now() > sent + 4_000,
      {
        ...PATIENCE,
        what: 'the first policy has asked and breached',
      },
    );
    assert.deepEqual(told('Лена'), ['1 anna']);

    otklik.edit(rules(after, '', 'anna'));
    const reasons = (client: string) =>
      receiver.steps(client).map(({ data }) => [data.recipient, data.stage, data.late_reason].join(' '));
    await until(() => reasons('Пётр').length >= 2 && reasons('Лена').length >= 2, {
      ...PATIENCE,
      what: 'what is overdue by the new policy fires',
    });
    assert.deepEqual(reasons('Пётр').toSorted(), ['anna breached policy', 'vera breached policy']);
    assert.equal(reasons('Лена')[1], 'boris warned policy');
    await until(
      async () => (await only('Олег'))?.breached_at === null && (await only('Нина'))?.owner === 'anna',
      {
        ...PATIENCE,
        what: 'the breach is taken back, and who left has handed over',
      },
    );
    const { body: story } = await otklik.api<{
      timeline: { type: string; field?: string; reason?: string }[];
    }>(`/waits/${(await only('Олег'))?.id}`);
    assert.deepEqual(
      story.timeline.flatMap(({ type, field, reason }) => (type === 'correction' ? [[field, reason]] : [])),
      [['breached_at', 'policy']],
    );
    const metrics = await (await fetch(`${otklik.base}/metrics`)).text();
    assert.match(metrics, /otklik_waits_open\{channel="desk",owner="anna",stage="waiting"\} 1\n/);

    await otklik.kill9();
    otklik.edit(
      rules(
        `${after}\n  default: { warn: 1s, breach: 2s, steps: [{ at: 1s, notify: [deputies] }] }`,
        '',
        'anna',
      ),
    );
    await otklik.startAgain();
    await until(() => reasons('Нина').length > 0, { ...PATIENCE, what: 'the edit of the downtime counts' });
    assert.deepEqual(reasons('Нина'), ['boris breached policy']);
    for (const client of Object.keys(clients))
      assert.equal(new Set(reasons(client)).size, reasons(client).length);
  });
});
