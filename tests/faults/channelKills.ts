import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { until } from '@otklik/testing';
import type { ContractProvider } from '../../packages/channels/testing/contract.ts';
import { type Otklik, startOtklik } from '../e2e/otklik.ts';

const MESSAGES = 200;
const KILLS = 100;
const CHATS = 20;

/** What is said in the exchange, and when by the provider's clock. */
interface Said {
  readonly by: 'client' | 'employee' | 'bot';
  readonly chat: number;
  readonly at: number;
  readonly text: string;
}

interface Exchange<Provider> {
  /** In how many chats it is held. */
  readonly chats?: number;
  /** On the telephone whom a machine answers is a client who called; in a chat a machine's words change nothing. */
  readonly machinesTurn?: 'opens' | 'changes nothing';
  /** What a person does once, before anybody writes. */
  prepare?(provider: Provider, otklik: Otklik): Promise<void>;
}

/** A wait as anybody may see it: when it opened and how it ended, by the provider's clock. */
type Told = string;

/**
 * An exchange of 200 messages in 20 chats, while the whole program is killed by `kill -9` a hundred times, each time at
 * a random point of its life, and started again. What it knows in the end must be what it would know without a kill.
 * `OTKLIK_SEED` plays it again.
 */
export function survivesKills<Provider extends ContractProvider>(
  kind: string,
  start: () => Promise<Provider>,
  { chats = CHATS, machinesTurn = 'changes nothing', prepare }: Exchange<Provider> = {},
): void {
  const seed = Number(process.env.OTKLIK_SEED ?? Math.floor(Math.random() * 1e9));
  it(`${kind}: ${KILLS} kills in an exchange of ${MESSAGES} messages change nothing (seed ${seed})`, async () => {
    const random = randomFrom(seed);
    const provider = await start();
    const exchange = conversation(random, chats);
    let otklik: Otklik | null = null;
    try {
      const port: Record<string, string> = provider.port === null ? {} : { PORT: String(provider.port) };
      otklik = await startOtklik({ config: provider.yaml, env: { ...provider.env, ...port } });
      await prepare?.(provider, otklik);
      const rest = [...exchange];
      for (let kill = 0; kill < KILLS; kill += 1) {
        await say(provider, rest.splice(0, MESSAGES / KILLS));
        await pause(random() * 60);
        const dying = otklik.kill9();
        if (random() < 0.5) await say(provider, rest.splice(0, 1));
        await dying;
        await otklik.startAgain();
      }
      await say(provider, rest);
      const expected = waitsOf(exchange, machinesTurn);
      const now = () => waitsIn(otklik as Otklik);
      const same = until(async () => JSON.stringify(await now()) === JSON.stringify(expected), {
        timeoutMs: 30_000,
        what: 'the same waits as without a kill',
      });
      await same.catch(() => undefined);
      assert.deepEqual(await now(), expected);
    } finally {
      await otklik?.stop();
      await provider.close();
    }
  });
}

/** Two messages a second of the provider's clock, the last of them now. */
function conversation(random: () => number, chats: number): Said[] {
  const begin = Math.floor(Date.now() / 1_000) - MESSAGES;
  return Array.from({ length: MESSAGES }, (_, index) => {
    const dice = random();
    return {
      by: dice < 0.55 ? 'client' : dice < 0.9 ? 'employee' : 'bot',
      chat: 1 + Math.floor(random() * chats),
      at: (begin + index) * 1_000,
      text: `Сообщение ${index + 1}`,
    };
  });
}

async function say(provider: ContractProvider, said: readonly Said[]): Promise<void> {
  for (const { by, chat, at, text } of said) {
    if (by === 'client') await provider.clientWrites(text, { at, chat });
    else if (by === 'employee') await provider.employeeAnswers(text, { at, chat });
    else await provider.botAnswers(text, { at, chat });
  }
}

/** What the exchange comes to: the rules of the fold in their simplest form. */
function waitsOf(exchange: readonly Said[], machinesTurn: 'opens' | 'changes nothing'): Told[] {
  const open = new Map<number, number>();
  const waits: Told[] = [];
  for (const { by, chat, at } of exchange) {
    const since = open.get(chat);
    const isTurn = by === 'client' || (by === 'bot' && machinesTurn === 'opens');
    if (isTurn && since === undefined) open.set(chat, at);
    if (by === 'employee' && since !== undefined) {
      waits.push(`${iso(since)} answered ${iso(at)}`);
      open.delete(chat);
    }
  }
  return [...waits, ...[...open.values()].map((at) => `${iso(at)} waits`)].sort();
}

interface Item {
  readonly opened_at: string;
  readonly closed_at: string | null;
  readonly outcome: string | null;
}

async function waitsIn(otklik: Otklik): Promise<Told[]> {
  const { body } = await otklik.api<{ items: Item[]; next: string | null }>('/waits?limit=200');
  assert.equal(body.next, null);
  return body.items
    .map(({ opened_at, closed_at, outcome }) =>
      closed_at === null ? `${opened_at} waits` : `${opened_at} ${outcome} ${closed_at}`,
    )
    .sort();
}

const iso = (at: number): string => new Date(at).toISOString();

/** Mulberry32: small, and the same for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
