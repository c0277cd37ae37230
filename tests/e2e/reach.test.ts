import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { temporaryDirectory, until } from '@otklik/testing';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { type FakeTelegram, startFakeTelegram } from '../fakes/telegram/startFakeTelegram.ts';
import { message, type Otklik, startOtklik } from './otklik.ts';
import { PROGRAM } from './program.ts';

const [BOT, RENEWED] = ['700001:staff', '700001:renewed'];
const IDS = { anna: 100001, boris: 100002, vera: 100003, galina: 100004 };
type Name = keyof typeof IDS;

/** One rung: everybody is told for one reason. */
const config = (apiRoot: string, smtp: string, token: string) => `
version: 1
timezone: UTC
people:
  - { id: anna, name: Анна, telegram: ${IDS.anna}, email: anna@example.ru }
  - { id: boris, name: Борис, telegram: ${IDS.boris}, quiet: "00:00-23:59" }
  - { id: oleg, name: Олег }
  - { id: vera, name: Вера, role: head, telegram: ${IDS.vera} }
  - { id: galina, name: Галина, role: head, telegram: ${IDS.galina} }
policies: { default: { warn: 1s, breach: 50m, steps: [{ at: 1s, notify: [owner] }] } }
channels:
  - { id: site, kind: webhook, owner: anna, deputies: [boris], head: vera, secret: env:SITE_SECRET }
  - { id: own, kind: webhook, owner: vera, head: vera, secret: env:SITE_SECRET }
  - { id: line, kind: webhook, owner: oleg, deputies: [boris], head: vera, secret: env:SITE_SECRET }
notify:
  telegram: { token: "file:${token}", api_root: "${apiRoot}" }
  email: { smtp: "${smtp}", from: "Отклик <otklik@example.ru>" }
`;

interface Person {
  readonly id: string;
  readonly reachable: boolean;
  readonly reach: readonly { transport: string; works: boolean; problem: string | null }[];
}
interface People {
  readonly items: readonly Person[];
  readonly transports: readonly { transport: string; up: boolean }[];
  readonly unheard_waits: number;
}

describe('nobody is lost although people cannot be reached (law 6)', () => {
  let telegram: FakeTelegram;
  let otklik: Otklik;
  let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
  let bot = BOT;
  /** Unknown to the mail server. */
  const unknown = new Set<string>();
  const mails: { to: string; text: string }[] = [];
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo: ({ address }, _session, done) =>
      done(
        unknown.has(address)
          ? Object.assign(new Error('5.1.1 no such user'), { responseCode: 550 })
          : undefined,
      ),
    onData: (stream, { envelope }, done) => {
      let text = '';
      stream.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      stream.on('end', () => {
        mails.push({ to: envelope.rcptTo.map(({ address }) => address).join(), text });
        done();
      });
    },
  });
  const file = (name: string) => join(folder.path, name);

  beforeAll(async () => {
    folder = await temporaryDirectory();
    telegram = await startFakeTelegram();
    telegram.addBot(BOT);
    for (const [name, id] of Object.entries(IDS)) telegram.user({ id, firstName: name });
    await new Promise<void>((listening) => smtp.listen(0, '127.0.0.1', () => listening()));
    const { port } = smtp.server.address() as AddressInfo;
    writeFileSync(file('token'), BOT);
    writeFileSync(file('otklik.yaml'), config(telegram.apiRoot, `smtp://127.0.0.1:${port}`, file('token')));
    otklik = await startOtklik({
      config: config(telegram.apiRoot, `smtp://127.0.0.1:${port}`, file('token')),
    });
    for (const name of ['boris', 'vera', 'galina'] as const) await starts(name);
  });
  afterAll(async () => {
    await otklik?.stop();
    await telegram.close();
    await new Promise<void>((closed) => smtp.close(closed));
    await folder.remove();
  });

  const user = (name: Name) => telegram.user({ id: IDS[name], firstName: name });
  const chat = (name: Name): string[] => telegram.chat(bot, IDS[name]).fromBot.map(({ text }) => text);
  /** They write to the bot and it has answered. */
  const starts = async (name: Name) => {
    const before = chat(name).length;
    user(name).writes(bot, '/start');
    await until(() => chat(name).length > before, { what: `${name} is greeted`, timeoutMs: 20_000 });
  };
  const asks = async (channel: string, client: string) =>
    otklik.send(
      channel,
      message('client', client, Date.now(), { from: { side: 'client', id: client, name: client } }),
    );
  const isTold = (name: Name, client: string) =>
    until(() => chat(name).find((text) => text.includes(client)), {
      what: `${name} is told of ${client}`,
      timeoutMs: 20_000,
    });
  const mailed = (client: string) =>
    until(() => mails.find(({ text }) => isAbout(text, client)), {
      what: `a mail about ${client}`,
      timeoutMs: 20_000,
    });
  const people = async () => (await otklik.api<People>('/people')).body;
  const person = async (id: string) => (await people()).items.find((each) => each.id === id);
  const timeline = async (client: string) => {
    const waits = await otklik.api<{ items: { id: string; client: string }[] }>('/waits?limit=500');
    const id = waits.body.items.find((wait) => wait.client === client)?.id;
    return (await otklik.api<{ timeline: Record<string, unknown>[] }>(`/waits/${id}`)).body.timeline;
  };
  const metric = async (line: string) =>
    (await (await fetch(`${otklik.base}/metrics`)).text()).split('\n').find((each) => each.startsWith(line));
  const run = (...args: string[]) =>
    new Promise<{ code: number; out: string }>((resolve) => {
      const env = {
        ...process.env,
        DATABASE_URL: otklik.databaseUrl,
        OTKLIK_CONFIG: file('otklik.yaml'),
        SITE_SECRET: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
      };
      execFile(process.execPath, [PROGRAM, ...args], { env }, (error, out, err) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, out: out + err }),
      );
    });

  it('what Telegram refuses goes by mail at once, and to nobody else', async () => {
    await asks('site', 'Ivan');
    await mailed('Ivan');
    assert.ok(!chat('boris').some((text) => text.includes('Ivan')));
    const anna = await person('anna');
    assert.deepEqual(
      [anna?.reachable, anna?.reach.map(({ transport, works }) => `${transport} ${works}`)],
      [true, ['telegram false', 'email true']],
    );
  });

  it('what nothing brings goes to the next person of the chain, now, whatever their quiet hours', async () => {
    unknown.add('anna@example.ru');
    await asks('site', 'Olga');
    assert.match(await isTold('boris', 'Olga'), /Анна: сообщения не доходят, поэтому пишем вам/);
    assert.equal((await person('anna'))?.reachable, false);
    assert.equal(
      await metric('otklik_people_unreachable{person="anna"}'),
      'otklik_people_unreachable{person="anna"} 1',
    );
    assert.deepEqual(
      (await timeline('Olga'))
        .filter(({ type }) => type === 'passed_over')
        .map(({ person, why, instead }) => [person, why, instead]),
      [['anna', 'refused', ['boris']]],
    );
  });

  it('whoever writes to the bot can be reached again at once', async () => {
    await starts('anna');
    await until(async () => (await person('anna'))?.reachable, { what: 'anna can be reached' });
    await asks('site', 'Pavel');
    await isTold('anna', 'Pavel');
    assert.ok(!chat('boris').some((text) => text.includes('Pavel')));
  });

  it('an owner without any transport is passed over, and one who is the head too is followed by every other head', async () => {
    user('vera').blocks(BOT);
    await asks('line', 'Nina');
    await asks('own', 'Yakov');
    await isTold('boris', 'Nina');
    await isTold('galina', 'Yakov');
    assert.equal((await person('oleg'))?.reachable, false);
    await until(async () => (await person('vera'))?.reachable === false, { what: 'the block is known' });
    user('vera').unblocks(BOT);
    await until(async () => (await person('vera'))?.reachable, { what: 'vera can be reached' });
  });

  it('«Проверить связь» says per transport what came of a test message', async () => {
    interface Checked {
      readonly items: readonly { transport: string | null; outcome: string; said: { ru: string } }[];
    }
    const check = async (id: string) =>
      (await otklik.api<Checked>(`/people/${id}/check`, { method: 'POST' })).body.items.map(
        ({ transport, outcome }) => `${transport} ${outcome}`,
      );
    assert.deepEqual(await check('anna'), ['telegram sent', 'email refused']);
    assert.deepEqual(await check('oleg'), ['null no_way']);
    assert.ok(chat('anna').some((text) => text.includes('Проверка связи')));
    const { code, out } = await run('people', 'check');
    assert.deepEqual([code, /oleg «Олег»: не на связи\n {2}✗ Писать некуда/.test(out)], [1, true], out);
    assert.match(out, /anna «Анна»\n {2}✓ Telegram: дошло\.\n {2}✗ Почта: не доходит/);
  });

  it('a bot whose token is refused is told; its notices go when it works again, if they are still true', async () => {
    unknown.clear();
    telegram.revoke(BOT);
    await asks('site', 'Rita');
    await mailed('Rita');
    await asks('own', 'Semyon');
    await asks('own', 'Tamara');
    await until(async () => (await people()).unheard_waits === 2, {
      what: 'nobody could be told',
      timeoutMs: 20_000,
    });
    assert.deepEqual((await people()).transports, [
      { ...(await people()).transports[0], transport: 'telegram', up: false },
      { transport: 'email', up: true, since: null, problem: null },
    ]);
    assert.equal(
      await metric('otklik_transport_up{transport="telegram"}'),
      'otklik_transport_up{transport="telegram"} 0',
    );
    const ill = await run('doctor');
    assert.equal(ill.code, 1, ill.out);
    assert.match(
      ill.out,
      /✓ База данных.*\n✓ Очередь.*\n✗ Бот, который пишет сотрудникам: Telegram не принимает токен/,
    );
    await otklik.send('own', message('employee', 'Tamara', Date.now()));

    telegram.addBot(RENEWED);
    bot = RENEWED;
    for (const name of ['anna', 'vera', 'galina'] as const) user(name).writes(RENEWED, '/start');
    writeFileSync(file('token'), RENEWED);
    await isTold('vera', 'Semyon');
    await until(async () => (await people()).transports.every(({ up }) => up), { what: 'the bot works' });
    assert.ok(!chat('vera').some((text) => text.includes('Tamara')), 'answered meanwhile');
    assert.ok(!chat('anna').some((text) => text.includes('Rita')), 'told by mail already');
    await until(async () => (await people()).unheard_waits === 0, { what: 'nobody waits unheard' });
    assert.deepEqual(telegram.violations, []);
  });
});

/** In Base64 or not. */
function isAbout(mail: string, client: string): boolean {
  const body = mail.slice(mail.indexOf('\r\n\r\n') + 4);
  return mail.includes(client) || Buffer.from(body, 'base64').toString().includes(client);
}
