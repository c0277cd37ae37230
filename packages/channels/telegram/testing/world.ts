import type { Event, Person } from '@otklik/domain';
import { until } from '@otklik/testing';
import type { FakeBot } from '../../../../tests/fakes/telegram/bot.ts';
import { type FakeTelegram, startFakeTelegram } from '../../../../tests/fakes/telegram/startFakeTelegram.ts';
import { type Config, feedsOf } from '../../registry.ts';
import { PRIVACY } from '../../testing/channelBase.ts';
import { TestWorld } from '../../testing/testWorld.ts';
import { channelConfig, TOKEN } from './account.ts';

export const OLGA = { id: 5_550_001, firstName: 'Ольга' };
export const PAVEL = { id: 5_550_002, firstName: 'Павел' };
export const IVAN = { id: 8_880_007, firstName: 'Иван', username: 'ivan_p' };
export const MARIA = { id: 8_880_008, firstName: 'Мария' };

async function startTelegram(): Promise<{ telegram: FakeTelegram; bot: FakeBot; config: Config }> {
  const telegram = await startFakeTelegram();
  const bot = telegram.addBot(TOKEN);
  for (const person of [OLGA, PAVEL, IVAN, MARIA]) telegram.user(person);
  return { telegram, bot, config: configOver(telegram) };
}

function configOver(telegram: FakeTelegram): Config {
  const channel = channelConfig(telegram.apiRoot);
  const person = (id: string, telegramId: number): Person => ({
    id,
    name: id,
    role: 'owner',
    telegram: telegramId,
    email: null,
    locale: 'ru',
    timezone: 'Europe/Moscow',
    away: [],
    steppedOut: null,
    reach: ['telegram', 'email'],
    deadEnds: [],
    quiet: null,
  });
  return {
    locale: 'ru',
    timezone: 'Europe/Moscow',
    publicUrl: null,
    calendar: null,
    country: null,
    people: new Map([
      ['anna', person('anna', OLGA.id)],
      ['boris', person('boris', PAVEL.id)],
    ]),
    policies: new Map([['default', channel.policy]]),
    gone: new Map(),
    cadence: null,
    channels: new Map([[channel.id, channel]]),
    notify: { telegram: null, email: null, webhook: null },
    privacy: PRIVACY,
    session: { idle: 0, max: 0 },
  };
}

/** `events()`: kept ones without duplicates. */
export class TelegramWorld {
  readonly telegram: FakeTelegram;
  readonly bot: FakeBot;
  readonly world = new TestWorld();
  readonly #config: Config;
  #listeners: { stop(): void; done: Promise<void> }[] = [];

  static async start(): Promise<TelegramWorld> {
    const { telegram, bot, config } = await startTelegram();
    const started = new TelegramWorld(telegram, bot, config);
    started.listen();
    return started;
  }

  private constructor(telegram: FakeTelegram, bot: FakeBot, config: Config) {
    this.telegram = telegram;
    this.bot = bot;
    this.#config = config;
  }

  listen(): void {
    this.#listeners = feedsOf(this.#config).map((feed) => feed.start(this.world));
  }

  async stopListening(): Promise<void> {
    for (const listener of this.#listeners) listener.stop();
    await Promise.all(this.#listeners.map(({ done }) => done));
  }

  get channel() {
    return channelConfig(this.telegram.apiRoot);
  }

  events(): Event[] {
    const all = this.world.kept.flatMap(({ events }) => events);
    return [...new Map(all.toReversed().map((event) => [event.id, event])).values()].toReversed();
  }

  /** `side thread text`, in order. */
  async told(count: number): Promise<string[]> {
    await until(() => this.events().length >= count, { what: `${count} events` });
    return this.events().map((event) => {
      const what = event.kind === 'message' || event.kind === 'comment' ? event.text : event.kind;
      return `${event.side} ${event.thread} ${what}`;
    });
  }

  async close(): Promise<void> {
    await this.stopListening();
    await this.telegram.close();
  }
}
