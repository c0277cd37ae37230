import assert from 'node:assert/strict';
import { type EpochMs, type Event, eventKey, foldPolicyOf, foldWaits, type Wait } from '@otklik/domain';
import { until } from '@otklik/testing';
import { describe, it } from 'vitest';
import type { Config } from '../registry.ts';
import { TestWorld } from './testWorld.ts';

/** A provider with one account, client chat and employee. The contract drives every kind through it (laws 1 to 5). */
export interface ContractProvider {
  /** A complete otklik.yaml with one channel. */
  readonly yaml: string;
  /** Secrets for the yaml's environment variables. */
  readonly env?: Readonly<Record<string, string>>;
  readonly config: Config;
  /** Webhooks go to this loopback port until a 2xx; null: nobody posts. */
  readonly port: number | null;
  /** `at`: the provider's time, default now; `chat` tells two chats apart. */
  clientWrites(text: string, options?: { at?: EpochMs; chat?: number }): Promise<void>;
  /** The employee answers in the provider's app; null where our side is not reported. */
  readonly employeeAnswers:
    | ((text: string, options?: { at?: EpochMs; chat?: number }) => Promise<void>)
    | null;
  /** Absent where impossible. */
  readonly employeeSaysNothing?: (options?: { at?: EpochMs; chat?: number }) => Promise<void>;
  /** Absent where the fake has none. */
  readonly employeeSendsPicture?: (options?: { at?: EpochMs; chat?: number }) => Promise<void>;
  /** Withdraws the employee's last words; absent where the deletion or its author is not reported. */
  readonly employeeDeletes?: () => Promise<void>;
  /** An away message or auto-reply. */
  botAnswers(text: string, options?: { at?: EpochMs; chat?: number }): Promise<void>;
  /** null without edits. */
  readonly clientEdits: ((text: string) => Promise<void>) | null;
  /** Withdraws the client's last message; null where the deletion or its author is not reported. */
  readonly clientDeletes: (() => Promise<void>) | null;
  sendsUnknownKind(): Promise<void>;
  /** Repeats earlier deliveries, reordered where allowed. */
  deliversAgain(): Promise<void>;
  /** `stop` acts like `kill -9` as far as one process can: only what `world` kept survives. */
  start(world: TestWorld): Promise<{ stop(): Promise<void> }>;
  close(): Promise<void>;
  /** Only posted to, without a listener. */
  readonly isPosted?: boolean;
  /** Without a list: what happens while we are away stays unknown. */
  readonly isBlindWhileAway?: boolean;
  /** Each message of a chat has its own second. */
  readonly tellsSecondsApart?: boolean;
  /** Tolerance where an answer carries no time; default 0. */
  readonly answerWithinMs?: number;
  /** False where the transport filters unknown kinds. */
  readonly keepsUnknownKinds?: boolean;
}

/** Where the channel stands in a program with several. */
export interface Place {
  readonly channel: string;
  readonly port: number;
}

/** Runs the contract. Each test gets a provider of its own. */
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
        // Without repeats it would need the spool, which is not part of this world.
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

  isPosted(): boolean {
    return this.#world.states.length === 0 && this.#provider.isPosted === true;
  }

  /** The events without duplicates (law 1). */
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

  /** The waits as text, without the last `without`. */
  told(without = 0): string[] {
    const all = this.waits().map(({ thread, openedAt, turns, end }) =>
      [
        thread,
        openedAt,
        // A list may add phases of a call.
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

/** Fixed for the run. */
const NOW = Math.floor(Date.now() / 1_000) * 1_000;
const secondsAgo = (seconds: number): EpochMs => NOW - seconds * 1_000;

/** An unnamed colleague is still one of us. */
const sideOf = ({ side }: Event): Event['side'] => (side === 'unknown' ? 'employee' : side);

/** A call's phases count as one. */
const happening = (id: string): string => id.replace(/\/(ringing|answered|ended)(\/.*)?$/, '');
