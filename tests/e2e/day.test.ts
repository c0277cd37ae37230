import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { until } from '@otklik/testing';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { BOT, CLIENTS, CLIENTS_BOT, configOfDay, nameOf, WORKERS } from '../day/company.ts';
import { plainMail } from '../day/mails.ts';
import { People, type Pressed } from '../day/people.ts';
import type { ApiWait, Snapshot } from '../day/truth.ts';
import { AROUND_MS, type ArrivedMail, untruthOfPress, Watch } from '../day/watch.ts';
import { type FakeTelegram, startFakeTelegram } from '../fakes/telegram/startFakeTelegram.ts';
import { chancesOf } from '../month/random.ts';
import { type Otklik, startOtklik } from './otklik.ts';

const SEED = Number(process.env['DAY_SEED'] ?? Math.floor(Math.random() * 1e9));
/** A client comes this often. */
const COMES_EVERY_MS = 300;
const ANSWERED_WITHIN_MS = 30_000;
/** On a busy machine. */
const LASTS_MS = 300_000;

/**
 * Two hundred clients, five people, one day: they press, write, step out, hand over and dispute, the program is
 * killed and Telegram goes away, while everything that anybody reads is compared with the API.
 */
describe(`a day of 200 waits (seed ${SEED})`, () => {
  const chances = chancesOf(SEED);
  const mails: ArrivedMail[] = [];
  const watch = new Watch();
  let telegram: FakeTelegram;
  let otklik: Otklik;
  let people: People;
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData: (stream, { envelope }, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const to = envelope.rcptTo[0]?.address;
        const person = WORKERS.find(({ email }) => email === to)?.id ?? '?';
        mails.push({ person, at: Date.now(), ...plainMail(Buffer.concat(chunks).toString()) });
        done();
      });
    },
  });

  const snapshot = async (): Promise<Snapshot> => {
    const before = Date.now();
    const { items } = (await otklik.api<{ items: ApiWait[] }>('/waits?limit=500')).body;
    return { at: before, waits: new Map(items.map((wait) => [wait.client ?? '', wait])) };
  };
  const look = async (): Promise<Snapshot> => {
    const now = await snapshot();
    const chats = WORKERS.map((worker) => ({ person: worker.id, messages: people.chat(worker) }));
    watch.look(now, chats, mails);
    for (const pressed of people.presses)
      if (pressed.press.answer !== null) pressed.answeredAt ??= Date.now();
    judgePresses(now.at);
    return now;
  };

  const untruePresses: string[] = [];
  const judgedPresses = new Set<Pressed>();
  const judgePresses = (now: number) => {
    for (const pressed of people.presses) {
      const { worker, client, press, answeredAt } = pressed;
      if (answeredAt === null || answeredAt + AROUND_MS > now || judgedPresses.has(pressed)) continue;
      judgedPresses.add(pressed);
      const about = { client, reader: worker.id, at: pressed.at, answeredAt };
      const untruth = untruthOfPress(press.answer?.text ?? '', about, watch, nameOf);
      if (untruth !== null) untruePresses.push(untruth);
    }
  };

  beforeAll(async () => {
    telegram = await startFakeTelegram();
    for (const bot of [BOT, CLIENTS_BOT]) telegram.addBot(bot);
    smtp.listen(0, '127.0.0.1');
    await once(smtp.server, 'listening');
    const { port } = smtp.server.address() as AddressInfo;
    otklik = await startOtklik({ config: configOfDay(telegram.apiRoot, `smtp://127.0.0.1:${port}`) });
    people = new People({ telegram, otklik, random: () => chances.next() });
    for (const { telegram: id, name } of WORKERS)
      if (id !== null) telegram.user({ id, firstName: name }).writes(BOT, '/start');
    await telegram.until(() =>
      WORKERS.every((each) => each.telegram === null || people.chat(each).length > 1),
    );

    let come = 0;
    let next = Date.now();
    for (let moment = 1; come < CLIENTS.length; moment += 1) {
      const now = await look();
      for (; next <= Date.now() && come < CLIENTS.length; next += COMES_EVERY_MS, come += 1)
        await people.clientComes(CLIENTS[come] ?? '');
      await people.moment(now);
      await pause(100); // nobody looks more often
      if (moment % 60 === 20) telegram.failNext('sendMessage', { status: 429, retryAfter: 1, times: 2 });
      if (moment % 60 === 40) telegram.failNext('editMessageText', { status: 502, html: true, times: 3 });
      if (come === 90) {
        come += 1;
        await people.clientComes(CLIENTS[90] ?? '');
        const killedAt = Date.now();
        await otklik.kill9();
        await otklik.startAgain();
        watch.pause(killedAt);
      }
      if (come === 150) {
        come += 1;
        await people.clientComes(CLIENTS[150] ?? '');
        const wentAt = Date.now();
        await telegram.goDown();
        await until(() => Date.now() > next + 2_000, { what: 'two seconds', timeoutMs: 10_000 });
        await telegram.comeUp();
        watch.pause(wentAt);
        next = Date.now();
      }
    }
    const isOver = async () => {
      const now = await look();
      await people.answerAll(now);
      return [...now.waits.values()].every(({ closed_at }) => closed_at !== null);
    };
    await until(isOver, { timeoutMs: 60_000, what: 'everybody has an answer' }).catch(async (error) => {
      const left = [...(await snapshot()).waits.values()].filter(({ closed_at }) => closed_at === null);
      throw new Error(JSON.stringify(left, null, 1), { cause: error });
    });
    const quiet = Date.now();
    const isRead = async () => {
      const { at } = await look();
      return at > quiet + 12_000 && people.presses.every(({ answeredAt }) => answeredAt !== null);
    };
    // What nobody answered is reported below.
    await until(isRead, { timeoutMs: ANSWERED_WITHIN_MS, what: 'all is read' }).catch(() => undefined);
    const log = process.env['DAY_LOG'];
    if (log) writeFileSync(log, told());
  }, LASTS_MS);
  afterAll(async () => {
    await otklik?.stop();
    await telegram?.close();
    await new Promise<void>((closed) => smtp.close(closed));
  });

  /** All messages, for a person to read. */
  const told = (): string =>
    [
      ...WORKERS.flatMap((worker) => [
        `===== ${worker.name}`,
        ...people
          .chat(worker)
          .flatMap((each) =>
            each.versions.map(
              ({ text, buttons }, index) =>
                `--- ${each.from} ${each.messageId}${index > 0 ? ` edit ${index}` : ''}\n${text}\n${buttons.map((row) => row.map((button) => `[${button.text}]`).join(' ')).join('\n')}`,
            ),
          ),
      ]),
      ...mails.map(({ person, subject, text }) => `===== mail to ${person}: ${subject}\n${text}`),
      ...people.presses.map(
        ({ worker, label, client, press }) =>
          `press ${worker.id} «${label}» ${client ?? ''}: ${press.answer?.text}`,
      ),
    ].join('\n');

  it('nothing that anybody reads is untrue', () => {
    assert.deepEqual(watch.complaints, []);
    const { seen } = watch;
    console.log(seen, people.presses.length, people.writings.length);
    assert.ok(seen.cards > 50 && seen.lists > 10 && seen.pages > 0 && seen.mails > 10, JSON.stringify(seen));
  });

  it('every press is answered, and truly', () => {
    // A press must show its result before it is answered: if we die in between, the reader presses again.
    const isShown = /…|←|→|Обновить|Refresh/;
    const silent = people.presses.filter(
      ({ at, answeredAt, label }) =>
        (answeredAt ?? Number.POSITIVE_INFINITY) - at > ANSWERED_WITHIN_MS &&
        !(isShown.test(label) && watch.isBlind(at)),
    );
    assert.deepEqual(
      silent.map(({ worker, label, client }) => `${worker.id} ${label} ${client}`),
      [],
    );
    assert.deepEqual(untruePresses, []);
    assert.ok(people.presses.length > 50);
  });

  it('whatever is written to the bot is answered; «Отправлено» is said of what the client has', () => {
    for (const { worker, messageId, text, client } of people.writings) {
      const answers = people
        .chat(worker)
        .filter(({ from, replyTo }) => from === 'bot' && replyTo === messageId);
      assert.ok(answers.length > 0, `${worker.id} wrote «${text}» and heard nothing`);
      if (client === null) continue;
      const phone = people.clients.get(client)?.telegram ?? null;
      const has =
        phone !== null && telegram.chat(CLIENTS_BOT, phone).fromBot.some((each) => each.text === text);
      const said = answers.map((each) => each.text).join('\n');
      assert.equal(/^(Отправлено|Sent to)/.test(said), has, `${client}: ${said}`);
    }
    assert.ok(people.writings.length > 10);
  });

  it('nothing is over a limit of Telegram', () => assert.deepEqual(telegram.violations, []));
});
