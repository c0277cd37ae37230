import type { EpochMs } from '@otklik/domain';
import { freePort } from '@otklik/testing';
import { FakeConnection } from '../../../../tests/fakes/telegram/connection.ts';
import { startFakeTelegram } from '../../../../tests/fakes/telegram/startFakeTelegram.ts';
import { feedsOf } from '../../registry.ts';
import type { ContractProvider, Place } from '../../testing/contract.ts';
import { contractConfig } from '../../testing/contractConfig.ts';
import { serveHooks } from '../../testing/serveHooks.ts';

const TOKEN = '700001:contract';
const OLGA = { id: 5_550_001, firstName: 'Ольга' };
const SECRET = 'only-telegram-knows-this';

/** A connected account shows both sides. */
export async function startTelegramProvider(
  receive: 'polling' | 'webhook',
  place?: Place,
): Promise<ContractProvider> {
  const telegram = await startFakeTelegram();
  const bot = telegram.addBot(TOKEN);
  const port = receive === 'webhook' ? (place?.port ?? (await freePort())) : null;
  const yaml = `
version: 1
${port === null ? '' : `public_url: http://127.0.0.1:${port}`}
people: [{ id: olga, name: Ольга, telegram: ${OLGA.id} }]
channels:
  - { id: ${place?.channel ?? 'tg'}, kind: telegram, owner: olga, token: "${TOKEN}", api_root: "${telegram.apiRoot}", receive: ${receive}, secret: "${SECRET}" }
`;
  const config = contractConfig(yaml);
  const connection = new FakeConnection(bot, 'bc_1', OLGA);
  const client = (chat = 1) => ({ id: 8_880_000 + chat, firstName: `Клиент ${chat}` });
  const dateOf = (at: EpochMs | undefined) => (at === undefined ? {} : { date: Math.floor(at / 1_000) });
  let last = { client: client(), id: 0 };
  const wake = () => {
    bot.poll?.wake();
    bot.webhook?.wake();
  };
  return {
    yaml,
    config,
    port,
    clientWrites: async (text, { at, chat } = {}) => {
      last = { client: client(chat), id: connection.clientWrites(client(chat), text, dateOf(at)) };
    },
    employeeAnswers: async (text, { at, chat } = {}) => {
      connection.ownerWrites(client(chat), text, dateOf(at));
    },
    botAnswers: async (text, { at, chat } = {}) => {
      connection.sendsAutomatically(client(chat), text, dateOf(at));
    },
    clientEdits: async (text) => connection.edits(last.client, last.id, text),
    clientDeletes: null,
    sendsUnknownKind: async () => {
      bot.queue.add({ telepathy: { id: 1 } }, client().id, Date.now() + 60_000, 1);
      wake();
    },
    deliversAgain: async () => {
      bot.queue.again();
      wake();
    },
    start: async (world) => {
      const hooks = port === null ? null : await serveHooks(config, port, world);
      const listeners = feedsOf(config).map((feed) => feed.start(world));
      return {
        stop: async () => {
          for (const listener of listeners) listener.stop();
          await Promise.all(listeners.map(({ done }) => done));
          await hooks?.stop();
        },
      };
    },
    close: () => telegram.close(),
  };
}
