import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'vitest';
import type { HookRequest } from '../channel.ts';
import { secret } from '../testing/channelBase.ts';
import { TestMemory } from '../testing/testMemory.ts';
import { receiveTelegram } from './receive.ts';
import { accountOf, channelConfig } from './testing/account.ts';

const CONFIG = channelConfig('http://127.0.0.1', { receive: 'webhook', secret: secret('tell-me') });
const RIGHT = { 'x-telegram-bot-api-secret-token': 'tell-me' };

function sample(name: string): Buffer {
  return readFileSync(new URL(`samples/${name}.json`, import.meta.url));
}

function request(body: Buffer | string, headers: HookRequest['headers'] = RIGHT): HookRequest {
  return { path: '', query: {}, headers, body: Buffer.from(body), receivedAt: 1_795_410_001_000 };
}

const receive = (body: Buffer | string, headers?: HookRequest['headers']) =>
  receiveTelegram(accountOf(CONFIG), request(body, headers), new TestMemory());

describe('an update posted by Telegram', () => {
  it('becomes the client’s turn, and Telegram gets 200', async () => {
    const received = await receive(sample('text'));
    assert.ok(received.outcome === 'accepted');
    assert.deepEqual(
      received.delivery.events.map(({ id }) => id),
      ['8880007:41'],
    );
    assert.deepEqual(received.answer({ accepted: 1, duplicates: 0 }), { status: 200, body: {} });
  });

  it('gets 200 also when it is of no interest: else Telegram would repeat it for a day', async () => {
    assert.equal((await receive(sample('blocked'))).outcome, 'accepted');
  });

  it('becomes a staff update in a bot that pings, too', async () => {
    const account = accountOf(CONFIG, { staff: { people: new Set([100_001]) } });
    const received = await receiveTelegram(account, request(sample('press')), new TestMemory());
    assert.ok(received.outcome === 'accepted');
    assert.deepEqual(
      received.delivery.staff.map(({ kind }) => kind),
      ['press'],
    );
  });
});

describe('a body that is refused', () => {
  const FORGED: [string, HookRequest['headers']][] = [
    ['no secret', {}],
    ['an empty secret', { 'x-telegram-bot-api-secret-token': '' }],
    ['another secret', { 'x-telegram-bot-api-secret-token': 'tell-mee' }],
    ['two secrets', { 'x-telegram-bot-api-secret-token': ['tell-me', 'tell-me'] }],
  ];
  for (const [what, headers] of FORGED) {
    it(`has ${what}`, async () => {
      const received = await receive(sample('text'), headers);
      assert.deepEqual(received.outcome === 'refused' && [received.status, received.reason], [
        401,
        'signature',
      ]);
    });
  }

  it('comes to a channel that has no secret: anybody could have sent it', async () => {
    const config = channelConfig('http://127.0.0.1');
    const empty = request(sample('text'), { 'x-telegram-bot-api-secret-token': '' });
    assert.equal((await receiveTelegram(accountOf(config), empty, new TestMemory())).outcome, 'refused');
  });

  const BAD: [string, Buffer | string, string, string][] = [
    ['not JSON', '{', 'json', ''],
    ['empty', '', 'json', ''],
    ['not UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'encoding', ''],
  ];
  for (const [what, body, reason, path] of BAD) {
    it(`is ${what}`, async () => {
      const received = await receive(body);
      assert.ok(received.outcome === 'refused');
      assert.deepEqual([received.status, received.reason, received.faults[0]?.path], [400, reason, path]);
    });
  }
});

describe('a body that cannot be understood', () => {
  // Telegram would repeat it for a day and hold back the chat.
  const UNREADABLE: [string, string, RegExp][] = [
    ['no update', '[]', /./],
    ['a message without a chat', '{"update_id":1,"message":{"message_id":1}}', /^\/message\/chat/],
  ];
  for (const [what, body, reason] of UNREADABLE) {
    it(`is kept aside and confirmed: ${what}`, async () => {
      const received = await receive(body);
      assert.ok(received.outcome === 'accepted');
      assert.match(received.quarantine ?? '', reason);
      assert.deepEqual(received.delivery, { events: [], staff: [] });
      assert.equal(received.answer({ accepted: 0, duplicates: 0 }).status, 200);
    });
  }
});
