import type { EpochMs } from '@otklik/domain';
import { FakeConnection } from '../../../tests/fakes/telegram/connection.ts';
import { feedsOf } from '../registry.ts';
import type { ContractProvider } from './contract.ts';
import { IVAN, MARIA, OLGA, startTelegram } from './telegramWorld.ts';

/** Telegram for the contract: an employee's connected account, the form that shows both sides. */
export async function startTelegramProvider(): Promise<ContractProvider> {
  const { telegram, bot, config } = await startTelegram();
  const connection = new FakeConnection(bot, 'bc_1', OLGA);
  const client = (chat = 1) => (chat === 1 ? IVAN : MARIA);
  const dateOf = (at: EpochMs | undefined) => (at === undefined ? {} : { date: Math.floor(at / 1_000) });
  let last: { client: typeof MARIA; id: number } = { client: IVAN, id: 0 };
  return {
    config,
    clientWrites: async (text, { at, chat } = {}) => {
      last = { client: client(chat), id: connection.clientWrites(client(chat), text, dateOf(at)) };
    },
    employeeAnswers: async (text, { at, chat } = {}) => {
      connection.ownerWrites(client(chat), text, dateOf(at));
    },
    botAnswers: async (text, { chat } = {}) => {
      connection.sendsAutomatically(client(chat), text);
    },
    clientEdits: async (text) => connection.edits(last.client, last.id, text),
    clientDeletes: null,
    sendsUnknownKind: async () => {
      bot.queue.add({ telepathy: { id: 1 } }, IVAN.id, Date.now() + 60_000, 1);
      bot.poll?.wake();
    },
    deliversAgain: async () => {
      bot.queue.again();
      bot.poll?.wake();
    },
    start: async (world) => {
      const listeners = feedsOf(config).map((feed) => feed.start(world));
      return {
        stop: async () => {
          for (const listener of listeners) listener.stop();
          await Promise.all(listeners.map(({ done }) => done));
        },
      };
    },
    close: () => telegram.close(),
  };
}
