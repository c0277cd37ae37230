import { once } from 'node:events';
import { freePort } from '@otklik/testing';
import { type BotNames, FakeBot, type Telegram } from './bot.ts';
import { Changes } from './changes.ts';
import type { FakeChat } from './chat.ts';
import { FakeClock } from './clock.ts';
import { type Failure, Failures } from './failures.ts';
import type { FakePerson } from './person.ts';
import { botApiServer, type CallRecord } from './server.ts';
import { FakeUser } from './user.ts';

/** What a correct client never does. */
export interface Violation {
  readonly bot: number;
  readonly method: string;
  readonly problem: string;
}

export interface FakeOptions {
  /** First delayed webhook retry; default 20 ms (the provider: seconds). */
  readonly webhookRetryMs?: number;
}

const UNTIL_MS = 5_000;

/** A Bot API on loopback: see README.md. */
export class FakeTelegram {
  readonly violations: Violation[] = [];
  readonly #calls: CallRecord[] = [];
  readonly #bots = new Map<string, FakeBot>();
  readonly #failures = new Failures();
  readonly #telegram: Telegram;
  readonly #server = botApiServer({
    failures: this.#failures,
    bot: (token) => this.#bots.get(token) ?? null,
    record: (call) => this.#calls.push(call),
  });
  #port = 0;

  constructor(options: FakeOptions = {}) {
    this.#telegram = {
      clock: new FakeClock(),
      changes: new Changes(),
      people: new Map(),
      rateLimits: { areEnforced: false },
      webhookRetryMs: options.webhookRetryMs ?? 20,
      complain: (bot, method, problem) => this.violations.push({ bot: bot.id, method, problem }),
    };
  }

  /** For `api_root`. */
  get apiRoot(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** The provider's clock, milliseconds since 1970. */
  now(): number {
    return this.#telegram.clock.now();
  }

  /** Updates and presses age. */
  advance(ms: number): void {
    this.#telegram.clock.advance(ms);
  }

  addBot(token: string, names: BotNames = {}): FakeBot {
    if (!/^\d+:[\w-]+$/.test(token)) throw new Error('a token looks like 123456:letters-and-digits');
    const bot = new FakeBot(this.#telegram, token, names);
    this.#bots.set(token, bot);
    return bot;
  }

  /** Kills the token: calls get 401. */
  revoke(token: string): void {
    this.#bots.get(token)?.webhook?.stop();
    this.#bots.delete(token);
  }

  user(person: FakePerson): FakeUser {
    this.#telegram.people.set(person.id, person);
    return new FakeUser(person, (token) => this.bot(token));
  }

  bot(token: string): FakeBot {
    const bot = this.#bots.get(token);
    if (bot === undefined) throw new Error('no such bot: call addBot first');
    return bot;
  }

  chat(token: string, userId: number): FakeChat {
    const person = this.#telegram.people.get(userId);
    if (person === undefined) throw new Error(`no such person: ${userId}`);
    return this.bot(token).chat(person);
  }

  /** Calls with a known token, oldest first. */
  calls(method?: string): readonly CallRecord[] {
    return method === undefined ? this.#calls : this.#calls.filter((call) => call.method === method);
  }

  failNext(method: string, failure: Failure): void {
    this.#failures.plan(method, failure);
  }

  recover(): void {
    this.#failures.forget();
  }

  /** The next update comes twice under one id. */
  deliverTwice(token: string): void {
    this.bot(token).copiesOfNext = 2;
  }

  /** Reorders the next batch of two or more updates. */
  misorderNext(token: string): void {
    this.bot(token).misordersNext = true;
  }

  /** One message a second per chat, 30 in all; then 429. */
  enforceRateLimits(): void {
    this.#telegram.rateLimits.areEnforced = true;
  }

  /** Resolves to the first truthy value; checks after each change and every 10 ms. */
  until<Value>(condition: () => Value, timeoutMs: number = UNTIL_MS): Promise<NonNullable<Value>> {
    return this.#telegram.changes.until(condition, timeoutMs);
  }

  /** Goes down and up at the same address, keeping everything. */
  async restart(): Promise<void> {
    await this.goDown();
    await this.comeUp();
  }

  /** Refuses connections until `comeUp`. */
  async goDown(): Promise<void> {
    for (const { webhook } of this.#bots.values()) webhook?.stop();
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async comeUp(): Promise<void> {
    // Not one that the system chooses: while we are down, a passing connection could get it.
    this.#port ||= await freePort();
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    for (const { webhook } of this.#bots.values()) webhook?.resume();
  }

  async close(): Promise<void> {
    await this.goDown();
  }
}

/** A running fake; close it after the test. */
export async function startFakeTelegram(options: FakeOptions = {}): Promise<FakeTelegram> {
  const fake = new FakeTelegram(options);
  await fake.comeUp();
  return fake;
}
