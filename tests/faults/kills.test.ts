import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort, until } from '@otklik/testing';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { parse, stringify } from 'yaml';
import type { ContractProvider } from '../../packages/channels/testing/contract.ts';
import { type Otklik, startOtklik } from '../e2e/otklik.ts';
import {
  conversation,
  explains,
  type Line,
  randomFrom,
  type Told,
  toldWait,
  waitsOf,
} from './kills/exchange.ts';
import { type Heard, KINDS, type Kind } from './kills/kinds.ts';

const KILLS = 100;
const LINES = 200;
/** A life that is ended before the program is ready. */
const DIES_WHILE_STARTING = 0.4;
const STARTS_WITHIN_MS = 1_000;
const TALKS_FOR_MS = 900;

const seed = Number(process.env.OTKLIK_SEED ?? Math.floor(Math.random() * 1e9));

/**
 * One program with every kind of channel that can lose something, killed by `kill -9` a hundred times, each time at a random
 * point of its life, while every exchange goes on. What it knows in the end must be what it would know without a death,
 * by the contract of each kind (see kinds.ts). `OTKLIK_SEED` plays it again.
 */
describe(`${KILLS} kills in the exchanges of all channels change nothing (seed ${seed})`, () => {
  const random = randomFrom(seed);
  const exchanges = new Map<string, { kind: Kind; lines: readonly Line[] }>();
  let otklik: Otklik;

  beforeAll(async () => {
    const port = await freePort();
    for (const [channel, start] of Object.entries(KINDS)) {
      const kind = await start({ channel, port });
      exchanges.set(channel, { kind, lines: conversation(random, LINES, kind.chats) });
    }
    const all = [...exchanges.values()];
    const providers = all.map(({ kind }) => kind.provider);
    const env = Object.assign({ PORT: String(port) }, ...providers.map((provider) => provider.env ?? {}));
    otklik = await startOtklik({ config: oneConfig(providers, port), env });
    for (const { kind } of all) await kind.prepare?.(otklik);
    const everybodySays = (from: number, to: number) =>
      Promise.all(all.map(({ kind, lines }) => say(kind.provider, lines.slice(from, to))));
    let said = 0;
    for (let kill = 1; kill <= KILLS; kill += 1) {
      const due = Math.round((LINES * kill) / KILLS);
      // The last of them is said to nobody, or to one who dies.
      const before = random() < 0.5 ? due - 1 : due;
      await everybodySays(said, before);
      await pause(random() * TALKS_FOR_MS);
      const dying = otklik.kill9();
      await everybodySays(before, due);
      await dying;
      said = due;
      if (random() < DIES_WHILE_STARTING) {
        otklik.launch();
        await pause(random() * STARTS_WITHIN_MS);
        await otklik.kill9();
        kill += 1;
      }
      await otklik.startAgain();
    }
    await everybodySays(said, LINES);
  });

  afterAll(async () => {
    await otklik?.stop();
    for (const { kind } of exchanges.values()) await kind.provider.close();
  });

  for (const channel of Object.keys(KINDS)) {
    it(channel, async () => {
      const exchange = exchanges.get(channel);
      assert.ok(exchange);
      const { kind, lines } = exchange;
      const heard = await kind.heard(lines);
      let waits: Told[] = [];
      const matches = until(
        async () => {
          waits = await waitsIn(otklik, channel);
          return complaint(kind, lines, heard, waits) === null;
        },
        { timeoutMs: 30_000, what: 'the same waits as without a kill' },
      );
      await matches.catch(() => assert.fail(complaint(kind, lines, heard, waits) ?? 'too late'));
    });
  }
});

/** One otklik.yaml with the channels and people of all. */
function oneConfig(providers: readonly ContractProvider[], port: number): string {
  const files = providers.map(({ yaml }) => parse(yaml) as { channels: object[]; people: { id: string }[] });
  const people = new Map(files.flatMap((file) => file.people).map((person) => [person.id, person]));
  return stringify({
    version: 1,
    timezone: 'Europe/Moscow',
    public_url: `http://127.0.0.1:${port}`,
    people: [...people.values()],
    channels: files.flatMap(({ channels }) => channels),
  });
}

async function say(provider: ContractProvider, lines: readonly Line[]): Promise<void> {
  for (const { by, chat, at, text } of lines) {
    if (by === 'client') await provider.clientWrites(text, { at, chat });
    else if (by === 'employee') await provider.employeeAnswers?.(text, { at, chat });
    else await provider.botAnswers(text, { at, chat });
  }
}

/** What is wrong, chat by chat. null: nothing is. */
function complaint(
  { sides }: Kind,
  lines: readonly Line[],
  { surely, perhaps }: Heard,
  waits: readonly Told[],
): string | null {
  const chatAt = new Map(lines.map(({ at, chat }) => [new Date(at).toISOString(), chat]));
  const seen = Map.groupBy(waits, (wait) => chatAt.get(wait.split(' ', 1).join('')) ?? 0);
  const stray = seen.get(0);
  if (stray) return `nobody said anything that opens ${stray.join(', ')}`;
  const heard = lines.filter((line) => surely.has(line) || perhaps.has(line));
  for (const [chat, said] of Map.groupBy(heard, (line) => line.chat)) {
    const actual = seen.get(chat) ?? [];
    seen.delete(chat);
    if (explains(said, (line) => surely.has(line), sides, actual)) continue;
    const expected = waitsOf(
      said.filter((line) => surely.has(line)),
      sides,
    );
    const unsure = said
      .filter((line) => perhaps.has(line))
      .map(({ by, at }) => `${by} ${new Date(at).toISOString()}`);
    return [
      `chat ${chat}: there are`,
      ...actual,
      'and there should be',
      ...expected,
      'perhaps with',
      ...unsure,
    ].join('\n  ');
  }
  return seen.size === 0 ? null : `nothing that was heard opens ${[...seen.values()].flat().join(', ')}`;
}

interface Item {
  readonly opened_at: string;
  readonly closed_at: string | null;
  readonly outcome: string | null;
}

async function waitsIn(otklik: Otklik, channel: string): Promise<Told[]> {
  const { body } = await otklik.api<{ items: Item[]; next: string | null }>(
    `/waits?channel=${channel}&limit=200`,
  );
  assert.equal(body.next, null);
  return body.items
    .map(({ opened_at, closed_at, outcome }) => toldWait(opened_at, outcome, closed_at))
    .sort();
}
