import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { type FakeTelegram, startFakeTelegram } from '../../../tests/fakes/telegram/startFakeTelegram.ts';
import { secret } from '../testing/channelBase.ts';
import { mutated } from '../testing/mutations.ts';
import { TestMemory } from '../testing/testMemory.ts';
import type { TelegramAccount } from './account.ts';
import { receiveTelegram } from './receive.ts';
import { accountOf, channelConfig, TOKEN } from './testing/account.ts';

const FOLDER = new URL('samples/', import.meta.url);
const SAMPLES = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json'))
  .map((name) => ({ name, body: JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as unknown }));

/** Samples in which somebody asks. */
const ASKING = new Set(
  `album business-client comment direct ephemeral group other-contact own-contact photo press-client start text topic`
    .split(' ')
    .map((name) => `${name}.json`),
);
const STAFF = new Set([5_550_001, 100_001]);

let telegram: FakeTelegram;
let account: TelegramAccount;
beforeAll(async () => {
  telegram = await startFakeTelegram();
  telegram.addBot(TOKEN);
  const channel = channelConfig(telegram.apiRoot, { receive: 'webhook', secret: secret('tell-me') });
  account = accountOf(channel, { people: STAFF, staff: { people: STAFF } });
});
afterAll(() => telegram.close());

const HEADERS = { 'x-telegram-bot-api-secret-token': 'tell-me' };

/** Facts already known, so nothing is asked. */
function memory(): TestMemory {
  const known = new TestMemory();
  const connection = { user: 5_550_001, name: 'Ольга', enabled: true, since: 0, seenAt: null };
  const group = { title: null, linked: -1_001_100_000_001, movedTo: null, movedFrom: null, left: false };
  known.values.set('connection:bc_9f2', JSON.stringify(connection));
  known.values.set('group:-1002200000001', JSON.stringify(group));
  return known;
}

const receive = async (body: unknown) => {
  const text = Buffer.from(JSON.stringify(body) ?? '');
  return receiveTelegram(
    account,
    { path: '', query: {}, headers: HEADERS, body: text, receivedAt: 1_795_410_300_000 },
    memory(),
  );
};

const clientTurns = async (body: unknown): Promise<number> => {
  const received = await receive(body);
  assert.equal(received.outcome, 'accepted', 'Telegram would repeat what is refused for a day');
  return received.outcome === 'accepted'
    ? received.delivery.events.filter(({ side, kind }) => side === 'client' && kind !== 'deletion').length
    : 0;
};

describe('10,000 destroyed updates', () => {
  for (const { name, body } of SAMPLES) {
    it(`${name}: no crash, no refusal, no turn out of nothing`, async () => {
      const asItIs = await clientTurns(body);
      assert.equal(asItIs, ASKING.has(name) ? 1 : 0);
      await fc.assert(
        fc.asyncProperty(mutated(body), async (broken) => {
          assert.ok((await clientTurns(broken)) <= asItIs);
        }),
        { numRuns: Math.ceil(10_000 / SAMPLES.length) },
      );
    });
  }
});
