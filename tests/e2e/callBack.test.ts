import assert from 'node:assert/strict';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { until } from '@otklik/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, it } from 'vitest';
import type { FakeMessage } from '../fakes/telegram/chat.ts';
import { type FakeTelegram, startFakeTelegram } from '../fakes/telegram/startFakeTelegram.ts';
import { type Otklik, startOtklik } from './otklik.ts';

const STAFF_BOT = '700002:staff';
const KEY = 'the-key-in-the-address';
const [ANNA, BORIS, VERA] = [100001, 100002, 100003];

/** UIS: an empty list of calls, and a Call API that takes documented orders and answers as the test wants. */
class CallApi {
  readonly #server: Server;
  /** Who was rung for whom. */
  readonly orders: string[] = [];
  answers: (response: ServerResponse) => void = CallApi.takes;

  constructor() {
    this.#server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      if (request.url === '/v2.0') return void response.end('{"result":{"data":[]}}');
      const { method, params } = JSON.parse(Buffer.concat(chunks).toString('utf8'));
      const isFine =
        `${request.method} ${request.url}` === 'POST /v4.0' &&
        method === 'start.employee_call' &&
        params.access_token === 'the-token' &&
        params.first_call === 'employee' &&
        params.virtual_phone_number === '74951234567';
      if (!isFine) return void response.writeHead(400).end('{}');
      this.orders.push(`${params.employee.id} → ${params.contact}`);
      this.answers(response);
    });
  }

  static takes(response: ServerResponse): void {
    response.end('{"jsonrpc":"2.0","id":"1","result":{"data":{"call_session_id":7}}}');
  }

  async open(): Promise<string> {
    await new Promise<void>((listening) => this.#server.listen(0, '127.0.0.1', listening));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

describe('«Перезвонить» under a ping', () => {
  let telegram: FakeTelegram;
  let exchange: CallApi;
  let otklik: Otklik;
  let anna: ReturnType<FakeTelegram['user']>;
  let boris: ReturnType<FakeTelegram['user']>;
  let vera: ReturnType<FakeTelegram['user']>;
  let calls = 0;

  beforeAll(async () => {
    telegram = await startFakeTelegram();
    telegram.addBot(STAFF_BOT);
    exchange = new CallApi();
    const api = await exchange.open();
    anna = telegram.user({ id: ANNA, firstName: 'Анна' });
    boris = telegram.user({ id: BORIS, firstName: 'Boris' });
    otklik = await startOtklik({
      config: `
version: 1
people:
  - { id: anna, name: Анна Петрова, telegram: ${ANNA} }
  - { id: boris, name: Борис Смирнов, telegram: ${BORIS}, locale: en }
  - { id: vera, name: Вера Павловна, role: head, telegram: ${VERA} }
  - { id: gleb, name: Глеб }
policies: { default: { warn: 1s, breach: 10m } }
channels:
  - { id: line, kind: phone, provider: uis, owner: anna, key: ${KEY}, token: the-token, numbers: ["74951234567"], api_root: "${api}", accounts: { anna: "25" } }
  - { id: site, kind: webhook, name: Чат на сайте, owner: anna, secret: env:SITE_SECRET }
  - { id: shop, kind: webhook, name: Магазин, owner: boris, secret: env:SITE_SECRET }
notify: { telegram: { token: "${STAFF_BOT}", api_root: "${telegram.apiRoot}" } }
`,
    });
    vera = telegram.user({ id: VERA, firstName: 'Вера' });
    for (const each of [anna, boris, vera]) each.writes(STAFF_BOT, '/start');
    await telegram.until(() => [ANNA, BORIS, VERA].every((id) => inChat(id).length > 0), 10_000);
  });
  afterAll(async () => {
    await otklik?.stop();
    exchange.close();
    await telegram.close();
  });
  beforeEach(() => {
    exchange.orders.length = 0;
    exchange.answers = CallApi.takes;
  });
  afterEach(() => assert.deepEqual(telegram.violations, []));

  const inChat = (person: number) => telegram.chat(STAFF_BOT, person).fromBot;
  const pingAbout = (person: number, name: string) =>
    telegram.until(() => inChat(person).find(({ versions }) => versions[0]?.text.includes(name)), 8_000);
  const callButton = (ping: FakeMessage) =>
    ping.buttons
      .flat()
      .flatMap((each) =>
        'callback_data' in each && /Перезвонить|Call back/.test(each.text) ? [each.callback_data] : [],
      )[0];
  const press = async (ping: FakeMessage) => {
    const data = callButton(ping);
    assert.ok(data, 'a button that calls back');
    const pressed = anna.presses(STAFF_BOT, ping.messageId, data);
    return telegram.until(() => pressed.answer, 8_000);
  };
  const tells = (told: object) =>
    fetch(`${otklik.base}/hooks/line?key=${KEY}`, {
      method: 'POST',
      body: JSON.stringify({ line: '74951234567', at: Math.floor(Date.now() / 1_000), ...told }),
    });
  /** A client's missed call. */
  const missed = async () => {
    calls += 1;
    const client = `7916000000${calls}`;
    await tells({ event: 'ringing', call: calls, client });
    await tells({ event: 'lost', call: calls, client });
    return { client, ping: await pingAbout(ANNA, `+${client}`) };
  };
  /** Otherwise the next client joins this ping (within three seconds). */
  const answered = async (client: string, ping: FakeMessage) => {
    await tells({ event: 'out_answered', call: `back-${client}`, client, employee: '25' });
    await telegram.until(() => ping.text.startsWith('✅'), 8_000);
  };
  const waitOf = async (thread: string) => {
    type Wait = { id: string; thread: string; taken_by: string | null; answered_by: string | null };
    const { body } = await otklik.api<{ items: Wait[] }>('/waits?limit=100');
    return body.items.find((wait) => wait.thread === thread);
  };

  it('rings the colleague once, takes the wait, and goes when the client is reached', async () => {
    const { client, ping } = await missed();
    assert.deepEqual(await press(ping), { text: 'Звоним вам на 25, потом клиенту.', showAlert: false });
    assert.deepEqual(exchange.orders, [`25 → ${client}`]);
    assert.match(String((await press(ping)).text), /^Звонок уже заказан/);
    assert.deepEqual(exchange.orders, [`25 → ${client}`]);
    const wait = await waitOf(`+${client}`);
    assert.equal(wait?.taken_by, 'anna');
    await tells({ event: 'out_ringing', call: 'back', client, employee: '25' });
    await answered(client, ping);
    assert.match(ping.text, /Отвечено за \d:\d\d — Анна Петрова/);
    assert.equal(callButton(ping), undefined);
    const { body } = await otklik.api<{ items: { actor: string; action: string; wait: string }[] }>('/audit');
    assert.deepEqual(
      body.items.filter((each) => each.wait === wait?.id).map(({ actor, action }) => [actor, action]),
      [['anna', 'call']],
    );
  });

  it('tells what the exchange refuses, with the number to dial, and can be pressed again', async () => {
    exchange.answers = (response) =>
      response.end('{"jsonrpc":"2.0","id":"1","error":{"code":-32602,"message":"No active phone number"}}');
    const { client, ping } = await missed();
    const told = await press(ping);
    assert.deepEqual(told, {
      text: `UIS не принимает вызов: No active phone number. Наберите сами: +${client}`,
      showAlert: true,
    });
    exchange.answers = CallApi.takes;
    assert.match(String((await press(ping)).text), /^Звоним вам на 25/);
    assert.equal(exchange.orders.length, 2);
    await answered(client, ping);
  });

  it('of which nobody knows what became is not tried again', async () => {
    exchange.answers = (response) => response.writeHead(503).end();
    const { client, ping } = await missed();
    assert.match(
      String((await press(ping)).text),
      /^Не знаем, набрала ли АТС: .* Если телефон не зазвонит, наберите сами: \+7916/,
    );
    assert.match(String((await press(ping)).text), /^Звонок уже заказан/);
    assert.equal(exchange.orders.length, 1);
    await answered(client, ping);
  });

  it('and every other button work for whom the ping was sent to and for the head of the channel, whatever is forged', async () => {
    const { client, ping } = await missed();
    const about = `+${client}`;
    const buttons = ping.buttons
      .flat()
      .flatMap((each) => ('callback_data' in each ? [each.callback_data] : []));
    assert.ok(buttons.length >= 4);
    const forge = async (who: typeof anna, chat: number, data: string) => {
      const [greeting] = inChat(chat);
      assert.ok(greeting);
      const pressed = who.forges(STAFF_BOT, greeting.messageId, data);
      return String((await telegram.until(() => pressed.answer, 8_000)).text);
    };
    for (const data of buttons)
      assert.match(await forge(boris, BORIS, data), /^This request was not sent to you/);
    assert.deepEqual(exchange.orders, []);
    const wait = await waitOf(about);
    assert.deepEqual([wait?.taken_by, wait?.answered_by], [null, null]);
    const take = ping.buttons.flat().find(({ text }) => text === 'Беру');
    assert.ok(take && 'callback_data' in take);
    assert.match(await forge(vera, VERA, take.callback_data), /^Клиент за вами/);
    assert.equal((await waitOf(about))?.taken_by, 'vera');
    await answered(client, ping);
  });

  it('an account that guesses link codes has to rest, and costs nobody else anything', async () => {
    const { body } = await otklik.api<{ code: string }>('/people/gleb/link-code', { method: 'POST' });
    const thief = telegram.user({ id: 666, firstName: 'Вор' });
    const gleb = telegram.user({ id: 100_004, firstName: 'Глеб' });
    const last = (who: number) => inChat(who).at(-1)?.text ?? '';
    for (const code of ['ABCDEFGH', 'ABCDEFGJ', 'ABCDEFGK', 'ABCDEFGL', 'ABCDEFGM', body.code])
      thief.writes(STAFF_BOT, `/start ${code}`);
    await telegram.until(() => last(666).startsWith('Слишком много неверных кодов'), 8_000);
    gleb.writes(STAFF_BOT, `/start ${body.code}`);
    await telegram.until(() => last(100_004).startsWith('Глеб, всё готово'), 8_000);
  });

  it('answers in the order of the questions, however quickly they come', async () => {
    const before = inChat(ANNA).length;
    const asked = Array.from({ length: 12 }, () => ['/lang en', '/lang ru']).flat();
    for (const words of asked) anna.writes(STAFF_BOT, words);
    const answers = () =>
      inChat(ANNA)
        .slice(before)
        .map(({ text }) => (/^[А-Я]/.test(text) ? '/lang ru' : '/lang en'));
    await telegram.until(() => answers().length >= asked.length, 8_000);
    assert.deepEqual(answers(), asked);
  });

  it('holds up nobody while the exchange thinks', async () => {
    const { promise: letGo, resolve: go } = Promise.withResolvers<void>();
    exchange.answers = (response) => void letGo.then(() => CallApi.takes(response));
    const { client, ping } = await missed();
    const slow = anna.presses(STAFF_BOT, ping.messageId, callButton(ping) ?? '');
    await until(() => exchange.orders.length === 1, { timeoutMs: 8_000, what: 'the order' });
    await otklik.send('shop', {
      id: 's-1',
      thread: 'chat-1',
      kind: 'message',
      at: new Date().toISOString(),
      from: { side: 'client', name: 'Магазинный' },
      text: 'Ау',
    });
    const theirs = await pingAbout(BORIS, 'Магазинный');
    const take = theirs.buttons.flat().find(({ text }) => text === 'Mine');
    assert.ok(take && 'callback_data' in take);
    const quick = boris.presses(STAFF_BOT, theirs.messageId, take.callback_data);
    await telegram.until(() => quick.answer, 8_000);
    assert.equal(slow.answer, null);
    go();
    assert.match(String((await telegram.until(() => slow.answer, 8_000)).text), /^Звоним вам на 25/);
    await answered(client, ping);
  });

  it('stands under what a client has written who typed their number, and answers them; who has no telephone there has no button', async () => {
    const write = (channel: string, id: string, name: string) =>
      otklik.send(channel, {
        id,
        thread: id,
        kind: 'message',
        at: new Date().toISOString(),
        from: { side: 'client', id, name, phone: '+79169990099' },
        text: 'Перезвоните мне',
      });
    await write('site', 'w-1', 'Писательница');
    const ping = await pingAbout(ANNA, 'Писательница');
    assert.match(ping.versions[0]?.text ?? '', /Телефон указан клиентом, не проверен: \+79169990099/);
    assert.match(String((await press(ping)).text), /^Звоним вам на 25/);
    assert.deepEqual(exchange.orders, ['25 → 79169990099']);
    await answered('79169990099', ping);
    await write('shop', 'w-2', 'Покупательница');
    assert.equal(callButton(await pingAbout(BORIS, 'Покупательница')), undefined);
  });
});
