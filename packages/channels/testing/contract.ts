import assert from 'node:assert/strict';
import { type EpochMs, type Event, eventKey, foldPolicyOf, foldWaits, type Wait } from '@otklik/domain';
import { until } from '@otklik/testing';
import { describe, it } from 'vitest';
import type { Config } from '../registry.ts';
import { TestWorld } from './testWorld.ts';

/**
 * A provider with one account, one client chat and one employee, as a fake or a real server plays it. The contract drives
 * every kind of channel through this, so that all keep the same rules (laws 1 to 5).
 */
export interface ContractProvider {
  /** A whole otklik.yaml with one channel, the one under test: the kill suite starts the program with it. */
  readonly yaml: string;
  /** The secrets that the yaml takes from the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** The same, read: `contractConfig(yaml)`. */
  readonly config: Config;
  /** Where the provider posts webhooks to on loopback, again until it gets a 2xx; null for a kind to which nobody posts. */
  readonly port: number | null;
  /** The client writes. `at` is the provider's clock, now when left out; two chats are told apart by `chat`. */
  clientWrites(text: string, options?: { at?: EpochMs; chat?: number }): Promise<void>;
  /** The employee answers in the provider's own app; null where the provider tells nothing of our side. */
  readonly employeeAnswers:
    | ((text: string, options?: { at?: EpochMs; chat?: number }) => Promise<void>)
    | null;
  /** The employee sends what nobody can see; absent where the provider has no such thing. */
  readonly employeeSaysNothing?: (options?: { at?: EpochMs; chat?: number }) => Promise<void>;
  /** The employee sends a picture without a word; absent where the fake has none. */
  readonly employeeSendsPicture?: (options?: { at?: EpochMs; chat?: number }) => Promise<void>;
  /** The employee takes their last words back; absent where we are not told, or not told who did. */
  readonly employeeDeletes?: () => Promise<void>;
  /** A machine answers: an away message, an auto-reply. */
  botAnswers(text: string, options?: { at?: EpochMs; chat?: number }): Promise<void>;
  /** The client changes their last message; null where the provider has no edits. */
  readonly clientEdits: ((text: string) => Promise<void>) | null;
  /** The client takes their last message back; null where we are not told, or not told who did. */
  readonly clientDeletes: (() => Promise<void>) | null;
  /** The provider sends something of a kind that nobody has heard of. */
  sendsUnknownKind(): Promise<void>;
  /** The provider delivers again what it has delivered before, in another order where it may. */
  deliversAgain(): Promise<void>;
  /**
   * Our program starts: listens, and is posted to, with this world. `stop` ends it as `kill -9` would, as far as that goes
   * in one process: what `world` has kept survives, nothing else does.
   */
  start(world: TestWorld): Promise<{ stop(): Promise<void> }>;
  close(): Promise<void>;
  /** True for a kind that only waits to be called and has no listener of its own. */
  readonly isPosted?: boolean;
  /** True where the provider tells everything once and has no list of it: what happens while we are away nobody learns. */
  readonly isBlindWhileAway?: boolean;
  /** No two messages of a chat are told with the same second. */
  readonly tellsSecondsApart?: boolean;
  /** How far off an answer's time may be where the provider gives none; 0 when left out. */
  readonly answerWithinMs?: number;
  /** False where the transport itself filters unknown kinds out, so that none can reach us. */
  readonly keepsUnknownKinds?: boolean;
}

/** Where a provider's channel stands when the program has several: its id, and the port that is posted to. */
export interface Place {
  readonly channel: string;
  readonly port: number;
}

/** Runs the contract over one kind. `start` gives a provider of its own to each test. */
export function channelContract(kind: string, start: () => Promise<ContractProvider>): void {
  describe(`the channel contract: ${kind}`, () => {
    const played =
      (play: (provider: ContractProvider, world: TestWorld, test: Play) => Promise<void>) => async () => {
        const provider = await start();
        const world = new TestWorld();
        const test = new Play(provider, world);
        try {
          await play(provider, world, test);
        } finally {
          await test.stop();
          await provider.close();
        }
      };

    it(
      'shows the sides that the provider tells of, with its times',
      played(async (provider, _world, test) => {
        await test.start();
        const asked = secondsAgo(90);
        await provider.clientWrites('Здравствуйте, есть в наличии?', { at: asked });
        await test.seen('client', 1);
        if (!provider.employeeAnswers) {
          assert.deepEqual(
            test.waits().map(({ openedAt, end }) => [openedAt, end]),
            [[asked, null]],
          );
          return;
        }
        await provider.employeeAnswers('Да, осталось две.', { at: asked + 42_000 });
        await test.seen('employee', 1);
        const [wait, ...others] = test.waits();
        assert.equal(others.length, 0);
        assert.equal(wait?.openedAt, asked);
        assert.equal(wait?.end?.outcome, 'answered');
        test.assertAnsweredAt(wait, asked + 42_000);
      }),
    );

    it(
      'does not take a machine’s answer for a person’s',
      played(async (provider, _world, test) => {
        await test.start();
        await provider.clientWrites('Вы работаете?');
        await test.seen('client', 1);
        await provider.botAnswers('Мы ответим вам завтра.');
        await provider.clientWrites('Алло?');
        await test.seen('client', 2);
        assert.deepEqual(
          test.waits().map(({ end }) => end),
          [null],
        );
      }),
    );

    it(
      'counts what is delivered twice once',
      played(async (provider, _world, test) => {
        await test.start();
        await provider.clientWrites('Раз', { at: secondsAgo(60) });
        await provider.employeeAnswers?.('Два', { at: secondsAgo(50) });
        await provider.clientWrites('Три', { at: secondsAgo(40) });
        await test.seen('client', 2);
        if (provider.employeeAnswers) await test.seen('employee', 1);
        const before = test.told();
        await provider.deliversAgain();
        await provider.clientWrites('Четыре', { at: secondsAgo(30), chat: 2 });
        await test.seen('client', 3);
        assert.deepEqual(test.told(1), before);
      }),
    );

    it(
      'keeps the chats apart',
      played(async (provider, _world, test) => {
        await test.start();
        await provider.clientWrites('Я первый', { at: secondsAgo(60), chat: 1 });
        await provider.clientWrites('Я второй', { at: secondsAgo(50), chat: 2 });
        await test.seen('client', 2);
        await provider.employeeAnswers?.('Первому', { at: secondsAgo(40), chat: 1 });
        if (provider.employeeAnswers) await test.seen('employee', 1);
        assert.deepEqual(
          test.waits().map(({ end }) => end?.outcome ?? 'waits'),
          [provider.employeeAnswers ? 'answered' : 'waits', 'waits'],
        );
      }),
    );

    it(
      'takes an answer that comes before its question for its answer all the same (law 2)',
      played(async (provider, _world, test) => {
        await test.start();
        await provider.employeeAnswers?.('Да, есть', { at: secondsAgo(40) });
        if (provider.employeeAnswers) await test.seen('employee', 1);
        await provider.clientWrites('Есть в наличии?', { at: secondsAgo(60) });
        await test.seen('client', 1);
        assert.deepEqual(
          test.waits().map(({ openedAt, end }) => [openedAt, end?.outcome]),
          [[secondsAgo(60), provider.employeeAnswers ? 'answered' : undefined]],
        );
        const [wait] = test.waits();
        assert.ok(wait);
        if (provider.employeeAnswers) test.assertAnsweredAt(wait, secondsAgo(40));
      }),
    );

    it(
      'does not take an answer for one to the question that follows in the same second (law 2)',
      played(async (provider, _world, test) => {
        if (!provider.employeeAnswers || provider.tellsSecondsApart) return;
        await test.start();
        await provider.clientWrites('Есть в наличии?', { at: secondsAgo(60) });
        await test.seen('client', 1);
        await provider.employeeAnswers('Да, есть', { at: secondsAgo(40) });
        await test.seen('employee', 1);
        await provider.clientWrites('А доставка?', { at: secondsAgo(40) });
        await test.seen('client', 2);
        assert.deepEqual(
          test.waits().map(({ openedAt, end }) => [openedAt, end?.outcome ?? 'waits']),
          [
            [secondsAgo(60), 'answered'],
            [secondsAgo(40), 'waits'],
          ],
        );
      }),
    );

    it(
      'catches up after a time away before it says so, and loses nothing',
      played(async (provider, world, test) => {
        await test.start();
        await provider.clientWrites('До', { at: secondsAgo(120) });
        await test.seen('client', 1);
        await test.stop();
        await provider.clientWrites('Во время', { at: secondsAgo(100), chat: 2 });
        await provider.employeeAnswers?.('Ответ на «до»', { at: secondsAgo(90), chat: 1 });
        world.states.length = 0;
        await test.start();
        if (provider.isBlindWhileAway) {
          await provider.clientWrites('После', { at: secondsAgo(10), chat: 3 });
          await test.seen('client', 2);
          return;
        }
        await until(() => world.state?.caughtUp === true || test.isPosted(), { what: 'the catch-up' });
        if (!test.isPosted()) await test.seen('employee', 1, 0);
        await test.seen('client', 2);
        await test.seen('employee', 1);
        assert.deepEqual(
          test.waits().map(({ openedAt, end }) => [openedAt, end?.outcome ?? 'waits']),
          [
            [secondsAgo(120), 'answered'],
            [secondsAgo(100), 'waits'],
          ],
        );
      }),
    );

    it(
      'delivers again what could not be kept',
      played(async (provider, world, test) => {
        let failures = 2;
        world.before = (step) => {
          if (step === 'deliver' && failures-- > 0) throw new Error('the queue is away');
        };
        await test.start();
        await provider.clientWrites('Меня слышно?', { at: secondsAgo(30) });
        // Whoever says nothing twice needs the spool of the ingest service, which stands before this world.
        if (provider.isBlindWhileAway) return;
        await test.seen('client', 1);
        assert.ok(failures <= 0, 'it did fail');
      }),
    );

    it(
      'takes neither an edit for a turn nor a deletion for an answer',
      played(async (provider, _world, test) => {
        await test.start();
        await provider.clientWrites('Сколько стоит?', { at: secondsAgo(60) });
        await test.seen('client', 1);
        await provider.clientEdits?.('Сколько стоит доставка?');
        await provider.clientDeletes?.();
        await provider.clientWrites('Другой', { at: secondsAgo(20), chat: 2 });
        await until(() => test.events().some(({ thread }) => thread !== test.events()[0]?.thread), {
          what: 'the other chat',
        });
        const [wait] = test.waits();
        assert.ok(wait);
        assert.equal(new Set(wait.turns.map(happening)).size, 1);
        assert.equal(wait.end?.outcome ?? 'waits', provider.clientDeletes ? 'withdrawn' : 'waits');
      }),
    );

    it(
      'takes no answer from our side for one that it takes back at once, or in which nothing is (law 3)',
      played(async (provider, _world, test) => {
        const { employeeAnswers, employeeDeletes, employeeSaysNothing, employeeSendsPicture } = provider;
        if (!employeeAnswers) return;
        await test.start();
        const ofChat = (chat: number) => test.waits().find((wait) => wait.thread === threads[chat - 1]);
        const threads: string[] = [];
        for (const chat of [1, 2]) {
          await provider.clientWrites('Сколько стоит?', { at: secondsAgo(60 - chat), chat });
          await test.seen('client', chat);
          threads.push(test.events().findLast(({ side }) => side === 'client')?.thread ?? '');
        }
        await employeeAnswers('Две тысячи', { at: secondsAgo(50), chat: 1 });
        await test.seen('employee', 1);
        assert.equal(ofChat(1)?.end?.outcome, 'answered');
        if (employeeDeletes) {
          await employeeDeletes();
          await until(() => ofChat(1)?.end === null, { what: 'what was taken back is none' });
        }
        if (employeeSaysNothing) {
          await employeeSaysNothing({ at: secondsAgo(40), chat: 2 });
          await provider.clientWrites('Алло?', { at: secondsAgo(35), chat: 2 });
          await test.seen('client', 3);
          await test.seen('employee', 2);
          assert.equal(ofChat(2)?.end, null);
        }
        if (employeeSendsPicture) {
          await employeeSendsPicture({ at: secondsAgo(30), chat: 2 });
          await until(() => ofChat(2)?.end?.outcome === 'answered', { what: 'a picture is an answer' });
        }
      }),
    );

    it(
      'caps a clock that is ahead of ours',
      played(async (provider, _world, test) => {
        await test.start();
        await provider.clientWrites('Из будущего', { at: Date.now() + 240_000 });
        await test.seen('client', 1);
        const [event] = test.events();
        assert.ok(event && event.at <= event.receivedAt, 'not later than we received it');
      }),
    );

    it(
      'survives what nobody has heard of, and keeps it for a person to look at',
      played(async (provider, world, test) => {
        await test.start();
        await provider.sendsUnknownKind();
        await provider.clientWrites('А я тут', { at: secondsAgo(5) });
        await test.seen('client', 1);
        assert.equal(new Set(test.events().map(({ id }) => happening(id))).size, 1);
        assert.ok(provider.keepsUnknownKinds === false || world.quarantined.length > 0, 'it is kept');
      }),
    );
  });
}

/** One test's run: the program over the provider, and what it has kept. */
class Play {
  readonly #provider: ContractProvider;
  readonly #world: TestWorld;
  #running: { stop(): Promise<void> } | null = null;

  constructor(provider: ContractProvider, world: TestWorld) {
    this.#provider = provider;
    this.#world = world;
  }

  async start(): Promise<void> {
    this.#running = await this.#provider.start(this.#world);
    await until(() => this.isPosted() || this.#world.state?.up === true, { what: 'the channel is up' });
  }

  async stop(): Promise<void> {
    await this.#running?.stop();
    this.#running = null;
  }

  /** A channel that only waits to be called reports nothing. */
  isPosted(): boolean {
    return this.#world.states.length === 0 && this.#provider.isPosted === true;
  }

  /** Each event once, as the engine would have them (law 1). */
  events(): Event[] {
    const known = new Map<string, Event>();
    for (const event of this.#world.kept.flatMap(({ events }) => events)) {
      const key = eventKey(event.channel, event.id);
      if (!known.has(key)) known.set(key, event);
    }
    return [...known.values()];
  }

  waits(): Wait[] {
    const policy = foldPolicyOf(this.#provider.config);
    const threads = Map.groupBy(this.events(), ({ thread }) => thread);
    return [...threads.values()]
      .flatMap((events) => foldWaits(events, policy))
      .sort((a, b) => a.openedAt - b.openedAt);
  }

  /** The waits in words, but for the last `without`. */
  told(without = 0): string[] {
    const all = this.waits().map(({ thread, openedAt, turns, end }) =>
      [
        thread,
        openedAt,
        // A list may tell more phases of a call meanwhile.
        [...new Set(turns.map(happening))].sort().join('+'),
        end?.outcome ?? 'waits',
        end?.at ?? '',
      ].join(' '),
    );
    return all.slice(0, all.length - without);
  }

  assertAnsweredAt({ end }: Wait, at: EpochMs): void {
    const off = Math.abs((end?.at ?? 0) - at);
    assert.ok(off <= (this.#provider.answerWithinMs ?? 0), `answered ${off} ms off`);
  }

  async seen(side: Event['side'], count: number, timeoutMs = 20_000): Promise<void> {
    const found = () =>
      new Set(this.events().flatMap((event) => (sideOf(event) === side ? [happening(event.id)] : []))).size;
    if (timeoutMs === 0)
      assert.ok(found() >= count, `${count} of side ${side} when it says that it has caught up`);
    else await until(() => found() >= count, { timeoutMs, what: `${count} of side ${side}` });
  }
}

/** Whole seconds, as all these providers count, and the same moment all through one test run. */
const NOW = Math.floor(Date.now() / 1_000) * 1_000;
const secondsAgo = (seconds: number): EpochMs => NOW - seconds * 1_000;

/** Of a colleague whom the provider does not name it is known that they are one of us. */
const sideOf = ({ side }: Event): Event['side'] => (side === 'unknown' ? 'employee' : side);

/** The phases of a call are one thing that happened. */
const happening = (id: string): string => id.replace(/\/(ringing|answered|ended)(\/.*)?$/, '');
