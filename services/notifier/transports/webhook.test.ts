import assert from 'node:assert/strict';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { SIGNING_SECRET } from '../../../packages/config/testing/reading.ts';
import { at } from '../../../packages/domain/testing/story.ts';
import { company, pingAbout, waiting } from '../testing/company.ts';
import { webhookTransport } from './webhook.ts';

const CLOSED = {
  closed_at: at('10:02:41'),
  outcome: 'answered',
  answered_by: 'anna',
  answered_via: 'site',
  response_seconds: 161,
} as const;

describe('notify.webhook', () => {
  const got: { headers: IncomingMessage['headers']; body: string }[] = [];
  let answer: { status: number; headers?: Record<string, string> } = { status: 204 };
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      got.push({ headers: request.headers, body });
      response.writeHead(answer.status, answer.headers).end();
    });
  });
  let transport: ReturnType<typeof webhookTransport>;
  beforeAll(async () => {
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const { port } = server.address() as AddressInfo;
    const config = company(`webhook: { url: "http://127.0.0.1:${port}/hook", secret: env:NOTIFY_SECRET }`);
    transport = webhookTransport(() => config, Date.now);
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const send = async (notice = pingAbout(waiting())) => {
    got.length = 0;
    return transport.send([{ ...notice, transport: 'webhook' }], Date.now());
  };

  it('is signed as Standard Webhooks, under the notice’s own id on every try', async () => {
    await send();
    await transport.send([pingAbout(waiting())], Date.now());
    for (const { headers, body } of got) {
      assert.doesNotThrow(() => new Webhook(SIGNING_SECRET).verify(body, headers as Record<string, string>));
      assert.equal(headers['webhook-id'], pingAbout(waiting()).id);
    }
    assert.equal(got.length, 2);
  });

  it('tells of a step what is documented', async () => {
    const { id } = waiting();
    await send(pingAbout(waiting(), { late_reason: 'outage' }));
    const { type, data } = JSON.parse(got[0]?.body ?? '');
    const { sent_at, late_ms, ...rest } = data;
    assert.equal(type, 'wait.step');
    assert.deepEqual(rest, {
      wait: id,
      channel: 'site',
      client: 'Иван',
      step: 1,
      stage: 'warned',
      recipient: 'anna',
      due_at: '2026-11-23T10:03:00.000Z',
      late_reason: 'outage',
    });
    assert.equal(late_ms, Math.max(0, Date.parse(sent_at) - Date.parse(rest.due_at)));
  });

  it('tells as one digest what quiet hours held back, answered or not', async () => {
    got.length = 0;
    const other = waiting({ ...CLOSED, id: '0199f3c0-0000-7000-8000-000000000009', client_name: 'Ольга' });
    const held = { held: true, transport: 'webhook' } as const;
    const second = pingAbout(other, { ...held, id: '0199f3c0-1111-7000-8000-00000000000e' });
    await transport.send([pingAbout(waiting(), held), second], Date.now());
    assert.equal(got.length, 1);
    assert.equal(got[0]?.headers['webhook-id'], pingAbout(waiting()).id);
    const { type, data } = JSON.parse(got[0]?.body ?? '');
    const due = { channel: 'site', stage: 'warned', due_at: '2026-11-23T10:03:00.000Z' };
    assert.equal(type, 'digest');
    assert.deepEqual(data, {
      recipient: 'anna',
      waits: [
        { ...due, wait: waiting().id, client: 'Иван', closed_at: null, outcome: null },
        {
          ...due,
          wait: other.id,
          client: 'Ольга',
          closed_at: '2026-11-23T10:02:41.000Z',
          outcome: 'answered',
        },
      ],
    });
  });

  it('tells how a wait ended, and nothing of its end while it is open', async () => {
    await send(pingAbout(waiting(CLOSED), { type: 'wait.closed', step: null, stage: null, recipient: null }));
    const { data } = JSON.parse(got[0]?.body ?? '');
    const { outcome, answered_by, answered_via, response_seconds, breached_at } = data;
    assert.deepEqual(
      [outcome, answered_by, answered_via, response_seconds, breached_at],
      ['answered', 'anna', 'site', 161, null],
    );
    await send(pingAbout(waiting(), { type: 'wait.opened', step: null, stage: null, recipient: null }));
    const opened = JSON.parse(got[0]?.body ?? '');
    assert.equal(opened.type, 'wait.opened');
    assert.ok(!('outcome' in opened.data));
  });

  it('never carries what the client said', async () => {
    await send();
    assert.ok(!got[0]?.body.includes('доставка'));
  });

  const answers = [
    { answer: { status: 200 }, becomes: { outcome: 'sent' } },
    { answer: { status: 500 }, becomes: { outcome: 'retry', afterMs: null } },
    { answer: { status: 404 }, becomes: { outcome: 'retry', afterMs: null } },
    {
      answer: { status: 429, headers: { 'retry-after': '7' } },
      becomes: { outcome: 'retry', afterMs: 7_000 },
    },
    {
      answer: { status: 503, headers: { 'retry-after': 'soon' } },
      becomes: { outcome: 'retry', afterMs: null },
    },
    { answer: { status: 410 }, becomes: { outcome: 'refused' } },
    {
      answer: { status: 302, headers: { location: '/elsewhere' } },
      becomes: { outcome: 'retry', afterMs: null },
    },
  ];
  for (const each of answers) {
    it(`of ${each.answer.status} ${JSON.stringify(each.answer.headers ?? {})} makes ${each.becomes.outcome}`, async () => {
      answer = each.answer;
      const result = await send();
      answer = { status: 204 };
      assert.deepEqual({ ...result, problem: undefined }, { ...each.becomes, problem: undefined });
      assert.equal(got.length, 1, 'no redirect is followed');
    });
  }

  it('is tried again when nobody listens, and says why', async () => {
    const config = company('webhook: { url: "http://127.0.0.1:1/", secret: env:NOTIFY_SECRET }');
    const result = await webhookTransport(() => config, Date.now).send([pingAbout(waiting())], Date.now());
    assert.equal(result.outcome, 'retry');
    assert.match(result.outcome === 'retry' ? result.problem : '', /ECONNREFUSED|bad port/);
  });

  it('is given up once it is no longer configured', async () => {
    const config = company();
    const result = await webhookTransport(() => config, Date.now).send([pingAbout(waiting())], Date.now());
    assert.equal(result.outcome, 'refused');
  });
});
