import assert from 'node:assert/strict';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { freePort, until } from '@otklik/testing';
import { afterEach, beforeEach, describe, it } from 'vitest';
import { contractConfig } from '../testing/contractConfig.ts';
import { beelineDialScript } from './beeline/testing/dialScript.ts';
import { phoneChannel } from './channel.ts';
import { mangoDialScript } from './mango/testing/dialScript.ts';
import { megafonDialScript } from './megafon/testing/dialScript.ts';
import { onlinepbxDialScript } from './onlinepbx/testing/dialScript.ts';
import { sipuniDialScript } from './sipuni/testing/dialScript.ts';
import type { DialRequest, DialScript } from './testing/dialScript.ts';
import { twilioDialScript } from './twilio/testing/dialScript.ts';
import { uisDialScript } from './uis/testing/dialScript.ts';
import { zadarmaDialScript } from './zadarma/testing/dialScript.ts';

const DIAL_SCRIPTS: Readonly<Record<string, DialScript>> = {
  'Mango Office': mangoDialScript,
  Zadarma: zadarmaDialScript,
  UIS: uisDialScript,
  МегаФон: megafonDialScript,
  Билайн: beelineDialScript,
  Sipuni: sipuniDialScript,
  OnlinePBX: onlinepbxDialScript,
  Twilio: twilioDialScript,
};

const NEVER = new AbortController().signal;

const dialOf = (keys: string) => {
  const config = contractConfig(`
version: 1
public_url: https://otklik.example.ru
people: [{ id: olga, name: Ольга }]
channels: [{ id: line, kind: phone, owner: olga, ${keys} }]
`);
  const channel = config.channels.get('line');
  if (channel?.kind !== 'phone') throw new Error('no such channel');
  return phoneChannel.dial?.(channel, config) ?? null;
};

/** Checks orders and answers as the test wants. */
class Exchange {
  readonly #server: Server;
  readonly orders: DialRequest[] = [];
  /** undefined: never answers. */
  answers: ((response: ServerResponse) => void) | undefined;

  constructor(script: DialScript) {
    this.#server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const asked: DialRequest = {
        method: request.method ?? '',
        url: new URL(request.url ?? '/', 'http://exchange'),
        headers: request.headers,
        body: Buffer.concat(chunks).toString('utf8'),
      };
      const before = script.before?.(asked) ?? null;
      if (before) return void response.writeHead(before.status ?? 200).end(before.body);
      this.orders.push(asked);
      this.answers?.(response);
    });
  }

  async open(): Promise<string> {
    await new Promise<void>((listening) => this.#server.listen(0, '127.0.0.1', listening));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
  }
}

for (const [name, script] of Object.entries(DIAL_SCRIPTS))
  describe(`a call ordered from ${name}`, () => {
    let exchange: Exchange;
    let dial: NonNullable<ReturnType<typeof dialOf>>;
    const call = { id: 'call-1', from: script.from, to: '+79160000001' };
    const answers = ({ status = 200, body }: { status?: number; body: string }) => {
      exchange.answers = (response) => response.writeHead(status).end(body);
    };

    beforeEach(async () => {
      exchange = new Exchange(script);
      const made = dialOf(script.yaml(await exchange.open()));
      assert.ok(made);
      dial = made;
    });
    afterEach(() => exchange.close());

    it('goes as the exchange wants it, once', async () => {
      answers(script.taken);
      assert.deepEqual(await dial(call, NEVER), { outcome: 'dialled' });
      const [order] = exchange.orders;
      assert.ok(order);
      for (const [what, [got, wanted]] of Object.entries(script.order(order)))
        assert.deepEqual(got, wanted, what);
      assert.equal(exchange.orders.length, 1);
    });

    it('that is refused tells the person why, in the exchange’s own words', async () => {
      answers(script.refused);
      const dialled = await dial(call, NEVER);
      assert.equal(dialled.outcome, 'refused');
      assert.match('said' in dialled ? dialled.said.ru : '', script.why);
      assert.equal(exchange.orders.length, 1);
    });

    it('too soon after another is refused, with when to try again', async () => {
      answers({ status: 429, body: '{"status":429,"message":"Rate limit exceeded."}' });
      const dialled = await dial(call, NEVER);
      assert.equal(dialled.outcome, 'refused');
      assert.match('said' in dialled ? dialled.said.ru : '', /попробуйте через минуту/);
      assert.equal(exchange.orders.length, 1);
    });

    it('with a key that is not taken says so', async () => {
      answers({ status: 401, body: '{"error":"Invalid token"}' });
      const dialled = await dial(call, NEVER);
      assert.equal(dialled.outcome, 'refused');
      assert.match('said' in dialled ? dialled.said.ru : '', /не принимает ключ \(HTTP 401\)/);
    });

    it('of which nobody knows what became is told as such, and never ordered again', async () => {
      for (const fails of [
        (response: ServerResponse) => response.writeHead(500).end('{}'),
        (response: ServerResponse) => response.writeHead(502).end('<html>Bad gateway</html>'),
        (response: ServerResponse) => response.destroy(),
      ]) {
        exchange.orders.length = 0;
        exchange.answers = fails;
        const dialled = await dial(call, NEVER);
        assert.equal(dialled.outcome, 'unknown');
        assert.match('said' in dialled ? dialled.said.ru : '', /^не знаем, набрала ли АТС: /);
        assert.equal(exchange.orders.length, 1);
      }
    });

    it('that is not answered is of unknown fate', async () => {
      exchange.answers = undefined;
      const stopping = new AbortController();
      const dialling = dial(call, stopping.signal);
      await until(() => exchange.orders.length === 1, { what: 'the order' });
      stopping.abort();
      assert.equal((await dialling).outcome, 'unknown');
      assert.equal(exchange.orders.length, 1);
    });

    it('from an exchange that is not reached surely rings nowhere', async () => {
      const away = dialOf(script.yaml(`http://127.0.0.1:${await freePort()}`));
      const dialled = await away?.(call, NEVER);
      assert.equal(dialled?.outcome, 'refused');
      assert.match(dialled && 'said' in dialled ? dialled.said.ru : '', /не отвечает \(ECONNREFUSED\)/);
    });
  });

describe('where the configuration lacks what an order needs', () => {
  for (const [what, keys] of [
    ['UIS without the key of its API', 'provider: uis, key: 0123456789abcdef, numbers: ["+74951234567"]'],
    ['UIS without a number to show the client', 'provider: uis, key: 0123456789abcdef, token: t-t-t'],
    ['MegaFon without the key of its API', 'provider: megafon, secret: s-s-s-s'],
    ['Sipuni without the key of integrations', 'provider: sipuni, key: 0123456789abcdef'],
    ['Twilio without a number to show the client', 'provider: twilio, account: AC1, secret: s-s-s-s'],
    [
      'OnlinePBX without the key of its API',
      'provider: onlinepbx, key: 0123456789abcdef, account: acme.onpbx.ru',
    ],
    [
      'Bitrix24, which rings whom it likes',
      'provider: bitrix24, token: "https://acme.bitrix24.ru/rest/1/s/"',
    ],
  ] as const)
    it(`${what} dials nothing`, () => assert.equal(dialOf(keys), null));
});

describe('what an exchange cannot ring', () => {
  it('is said before it is asked: UIS rings an employee by the id', async () => {
    const dial = dialOf('provider: uis, key: 0123456789abcdef, token: t-t-t, numbers: ["+74951234567"]');
    const dialled = await dial?.({ id: 'c', from: 'ivanov', to: '+79160000001' }, NEVER);
    assert.match(dialled && 'said' in dialled ? dialled.said.en : '', /employee_id/);
  });

  it('is said before it is asked: Beeline dials in ten digits', async () => {
    const dial = dialOf('provider: beeline, key: 0123456789abcdef, token: t-t-t');
    const dialled = await dial?.({ id: 'c', from: '101', to: '+375291234567' }, NEVER);
    assert.match(dialled && 'said' in dialled ? dialled.said.en : '', /only Russian numbers/);
  });
});
