import assert from 'node:assert/strict';
import type { Event } from '@otklik/domain';
import { until } from '@otklik/testing';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, it } from 'vitest';
import type { Delivery, Listener } from '../channel.ts';
import { TestMemory } from '../testing/testMemory.ts';
import { TestWorld } from '../testing/testWorld.ts';
import { FakeWhatsapp } from './testing/fakeServer.ts';
import { newIvan, newMaria, WhatsappWorld } from './testing/world.ts';

class WatchedMemory extends TestMemory {
  before: (names: readonly string[], values: ReadonlyMap<string, string | null>) => Promise<void> | void =
    () => {};

  override async remember(values: ReadonlyMap<string, string | null>): Promise<void> {
    await this.before([...values.keys()], values);
    await super.remember(values);
  }

  get journal(): string[] {
    return [...this.values.keys()].filter((name) => name.startsWith('journal:'));
  }
}

class WatchedWorld extends TestWorld {
  override memory = new WatchedMemory();
}

/** Journal, keys, event, end of the entry. */
const STEPS_PER_MESSAGE = 4;

let fake: FakeWhatsapp;
let whatsapp: WhatsappWorld;
let listener: Listener | undefined;

beforeEach(async () => {
  fake = await FakeWhatsapp.start();
  whatsapp = new WhatsappWorld(fake);
  listener = undefined;
});

afterEach(async () => {
  listener?.stop();
  await listener?.done;
  await fake.close();
});

async function start(world: TestWorld): Promise<void> {
  listener = await whatsapp.start(world);
  await caughtUp(world);
}

const caughtUp = (world: TestWorld) => until(() => world.state?.caughtUp === true, { what: 'the catch-up' });
const isOpened = (name: string, values: ReadonlyMap<string, string | null>) =>
  name.startsWith('journal:') && values.get(name) !== null;

describe('the journal', () => {
  it('has each message before WhatsApp hears that it came, and has it no more when its event is kept', async () => {
    const world = new WatchedWorld();
    await start(world);
    const steps: string[] = [];
    world.memory.before = (names, values) => {
      for (const name of names) if (isOpened(name, values)) steps.push('journal');
    };
    fake.onConfirm = () => steps.push('receipt');
    world.before = (step) => void steps.push(step);
    await whatsapp.clientSays(newIvan(), { conversation: 'Раз' });
    await until(() => world.texts.includes('Раз'), { what: 'the event' });
    await until(() => steps.length === 3, { what: 'all three' });
    assert.equal(steps[0], 'journal');
    assert.deepEqual(steps.toSorted(), ['deliver', 'journal', 'receipt']);
    await until(() => world.memory.journal.length === 0, { what: 'the end of the entry' });
  });

  it('holds the receipt back while the memory is away', async () => {
    const world = new WatchedWorld();
    await start(world);
    let refusals = 0;
    world.memory.before = (names, values) => {
      if (refusals < 3 && names.some((name) => isOpened(name, values))) {
        refusals += 1;
        assert.equal(fake.confirmed.has('AC0001'), false);
        throw new Error('the database is away');
      }
    };
    await whatsapp.clientSays(newIvan(), { conversation: 'Два' }, { id: 'AC0001' });
    await until(() => fake.confirmed.has('AC0001'), { what: 'the receipt' });
    await until(() => world.texts.includes('Два'), { what: 'the event' });
    assert.equal(refusals, 3);
  });

  it('shows neither words nor addresses to who reads the database', async () => {
    const world = new WatchedWorld();
    await start(world);
    const written: string[] = [];
    world.memory.before = (names, values) => {
      if (names.some((name) => isOpened(name, values)))
        for (const [name, value] of values)
          written.push(name, Buffer.from(value ?? '', 'base64').toString('latin1'));
    };
    await whatsapp.clientSays(newIvan(), { conversation: 'Secret words' });
    await until(() => world.texts.includes('Secret words'), { what: 'the event' });
    assert.ok(written.length > 0);
    assert.doesNotMatch(written.join('\n'), /Secret|123456789012345|79161234567/);
  });

  it('brings back what was decrypted when the connection closed at that very moment', async () => {
    const world = new WatchedWorld();
    await start(world);
    world.memory.before = async (names, values) => {
      if (!names.some((name) => isOpened(name, values))) return;
      world.memory.before = () => {};
      const { logins } = fake;
      fake.drop(503);
      await until(() => fake.line === null || fake.logins > logins, { what: 'the connection is gone' });
    };
    await whatsapp.clientSays(newIvan(), { conversation: 'Три' });
    await until(() => world.texts.includes('Три'), { what: 'the event' });
  });

  it('wherever the program is killed, nothing is lost and nothing counts twice', {
    timeout: 120_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(),
        fc.array(fc.record({ chat: fc.nat(1), isOurs: fc.boolean() }), { minLength: 1, maxLength: 5 }),
        async (diesAt, talk) => {
          const server = await FakeWhatsapp.start();
          try {
            await livesThroughDeath(
              new WhatsappWorld(server),
              diesAt % (talk.length * STEPS_PER_MESSAGE + 1),
              talk,
            );
          } finally {
            await server.close();
          }
        },
      ),
      { numRuns: 25 },
    );
  });
});

async function livesThroughDeath(
  place: WhatsappWorld,
  diesAt: number,
  talk: readonly { chat: number; isOurs: boolean }[],
): Promise<void> {
  const mortal = new MortalWorld(await linkedMemory(place), () => place.fake.cut());
  const first = await place.start(mortal);
  await caughtUp(mortal);
  mortal.dieAfter(diesAt);
  const clients = [newIvan(), newMaria()];
  const expected: string[] = [];
  for (const { chat, isOurs } of talk) {
    const client = clients[chat] ?? newIvan();
    const id = isOurs
      ? await place.phoneSays(client, { conversation: 'Ответ' })
      : await place.clientSays(client, { conversation: 'Вопрос' });
    expected.push(isOurs ? `${id}/out` : id);
  }
  await until(() => mortal.isDead || mortal.eventIds.length >= expected.length, {
    what: 'death, or all of it',
  });
  mortal.dieAfter(0);
  place.fake.cut();
  first.stop();
  await first.done;
  const second = new TestWorld();
  second.memory = mortal.afterDeath();
  const again = await place.start(second);
  try {
    await caughtUp(second);
    const known = () => new Set([...mortal.eventIds, ...second.eventIds]);
    await until(() => known().size >= expected.length, { what: 'everything' });
    assert.deepEqual([...known()].toSorted(), expected.toSorted());
  } finally {
    again.stop();
    await again.done;
  }
}

/** With what the library writes after linking. */
async function linkedMemory(place: WhatsappWorld): Promise<TestMemory> {
  const world = new TestWorld();
  const linking = await place.start(world);
  await caughtUp(world);
  linking.stop();
  await linking.done;
  return world.memory;
}

/** Dies after this many steps. */
class MortalWorld extends TestWorld {
  readonly #onDeath: () => void;
  #stepsLeft = Number.POSITIVE_INFINITY;
  isDead = false;

  constructor(memory: TestMemory, onDeath: () => void) {
    super();
    this.#onDeath = onDeath;
    const step = () => this.#step();
    this.memory = new (class extends TestMemory {
      override readonly values = memory.values;

      override async remember(values: ReadonlyMap<string, string | null>): Promise<void> {
        await step();
        await super.remember(values);
      }
    })();
  }

  dieAfter(steps: number): void {
    this.#stepsLeft = Math.min(this.#stepsLeft, steps);
  }

  override async deliver(delivery: Delivery): Promise<{ fresh: readonly Event[] }> {
    await this.#step();
    return super.deliver(delivery);
  }

  afterDeath(): TestMemory {
    const memory = new TestMemory();
    for (const [name, value] of this.memory.values) memory.values.set(name, value);
    return memory;
  }

  async #step(): Promise<void> {
    if (this.#stepsLeft <= 0) {
      this.isDead = true;
      this.#onDeath();
      throw new Error('killed');
    }
    this.#stepsLeft -= 1;
  }
}
