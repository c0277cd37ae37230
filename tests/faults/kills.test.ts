import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@otklik/postgres';
import { freePort, type TemporaryDirectory, temporaryDirectory, until } from '@otklik/testing';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { type Otklik, type Receiver, startOtklik, startReceiver } from '../e2e/otklik.ts';
import { freezePostgres } from '../support/freezeProcesses.ts';
import { companyOf, type Rules, someRules } from './kills/company.ts';
import {
  conversation,
  explains,
  type Line,
  mayWait,
  randomFrom,
  someLate,
  type Told,
  toldWait,
  waitsOf,
} from './kills/exchange.ts';
import { clientOf, type Heard, KINDS, type Kind } from './kills/kinds.ts';

const KILLS = 100;
/** Share of lives that end before the program is ready. */
const DIES_WHILE_STARTING = 0.4;
const STARTS_WITHIN_MS = 1_000;
const TALKS_FOR_MS = 900;
/** Share at whose end the database is frozen, perhaps into the next life. */
const FREEZES = 0.2;
/** Share with an edit of otklik.yaml; as many edits between lives. */
const IS_EDITED = 0.1;

const seed = Number(process.env.OTKLIK_SEED ?? Math.floor(Math.random() * 1e9));

interface Exchange {
  readonly kind: Kind;
  /** As said. */
  readonly lines: readonly Line[];
  /** As told. */
  readonly told: readonly Line[];
}

/**
 * One program with every kind of channel that can lose something, killed by `kill -9` a hundred times at random
 * points while all exchanges go on, its database freezes now and then, and otklik.yaml is edited. In the end it must
 * know what it would know without a death, by the contract of each kind (kinds.ts). `OTKLIK_SEED` repeats a run.
 */
describe(`${KILLS} kills in the exchanges of all channels change nothing (seed ${seed})`, () => {
  const random = randomFrom(seed);
  const exchanges = new Map<string, Exchange>();
  let folder: TemporaryDirectory;
  let database: EmbeddedPostgres;
  let receiver: Receiver;
  let otklik: Otklik;
  let rules = someRules(random);

  beforeAll(async () => {
    const port = await freePort();
    for (const [channel, start] of Object.entries(KINDS)) {
      const kind = await start({ channel, port });
      const lines = conversation(random, kind.manner);
      exchanges.set(channel, { kind, lines, told: kind.isToldLate ? someLate(random, lines) : lines });
    }
    const all = [...exchanges.values()];
    const providers = all.map(({ kind }) => kind.provider);
    // Its own server, as it is frozen.
    folder = await temporaryDirectory();
    database = await startEmbeddedPostgres({ dir: folder.path, durable: false });
    receiver = await startReceiver();
    const config = () => companyOf(providers, { port, receiver, rules });
    const env = Object.assign(
      { PORT: String(port), DATABASE_URL: database.url },
      ...providers.map((provider) => provider.env ?? {}),
    );
    otklik = await startOtklik({ config: config(), env, embedded: true });
    for (const { kind } of all) await kind.prepare?.(database.url);
    /** How many lines of an exchange are told by this kill, less `but`. */
    const dueAt = (kill: number, { told }: Exchange, but = 0) =>
      Math.max(0, Math.round((told.length * kill) / KILLS) - but);
    const said = new Map<Exchange, number>();
    const everybodySays = (kill: number, but?: number) =>
      Promise.all(
        all.map(async (each) => {
          const [from, to] = [said.get(each) ?? 0, dueAt(kill, each, but)];
          for (const line of each.told.slice(from, to)) await each.kind.says(line);
          said.set(each, Math.max(from, to));
        }),
      );
    const mayBeEdited = () => {
      if (random() >= IS_EDITED) return;
      rules = someRules(random);
      otklik.edit(config());
    };
    for (let kill = 1; kill <= KILLS; kill += 1) {
      // The last line finds nobody, or a program that dies.
      await everybodySays(kill, random() < 0.5 ? 1 : 0);
      mayBeEdited();
      await pause((random() * TALKS_FOR_MS) / 2);
      const goOn = random() < FREEZES ? freezePostgres(join(folder.path, 'postgres')) : () => undefined;
      try {
        await pause((random() * TALKS_FOR_MS) / 2);
        if (random() < 0.5) goOn();
        const dying = otklik.kill9();
        await everybodySays(kill);
        await dying;
        mayBeEdited();
        if (random() < DIES_WHILE_STARTING) {
          otklik.launch();
          await pause(random() * STARTS_WITHIN_MS);
          await otklik.kill9();
          kill += 1;
        }
      } finally {
        goOn();
      }
      await otklik.startAgain();
    }
    await everybodySays(KILLS);
  });

  afterAll(async () => {
    await otklik?.stop();
    for (const { kind } of exchanges.values()) await kind.provider.close();
    receiver?.close();
    await database?.stop();
    await folder?.remove();
  });

  for (const channel of Object.keys(KINDS)) {
    it(channel, async () => {
      const exchange = exchanges.get(channel);
      assert.ok(exchange);
      const { kind, lines } = exchange;
      const heard = await kind.heard(lines);
      let wrong: string | null = null;
      const matches = until(
        async () => {
          const waits = await waitsIn(otklik, channel);
          wrong =
            complaint(kind, lines, heard, waits.map(toldOf).sort()) ??
            againstTheRules(waits, rules) ??
            (await silence(otklik, waits, rules));
          return wrong === null;
        },
        { timeoutMs: 60_000, what: 'the same waits as without a kill' },
      );
      await matches.catch(() => assert.fail(wrong ?? 'too late'));
    });
  }

  it('nobody is pinged about a client who has been answered', () => {
    for (const [channel, { kind, lines }] of exchanges) {
      if (!kind.heardBy) continue;
      const pings = receiver.arrived.filter(
        ({ type, data }) => type === 'wait.step' && data.channel === channel,
      );
      assert.ok(pings.length > 0);
      for (const { data } of pings) {
        const said = lines.filter(({ chat }) => clientOf(chat) === data.client);
        const { surely, perhaps } = kind.heardBy(said, Date.parse(String(data.sent_at)));
        const heard = said.filter((line) => surely.has(line) || perhaps.has(line));
        if (mayWait(heard, (line) => surely.has(line), kind.sides)) continue;
        assert.fail(
          `${JSON.stringify(data)}, and nobody waits:\n  ${waitsOf(heard, kind.sides).join('\n  ')}`,
        );
      }
    }
  });
});

/** What is wrong, chat by chat; null: nothing. */
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

interface Wait {
  readonly id: string;
  readonly owner: string;
  readonly opened_at: string;
  readonly warn_at: string;
  readonly breach_at: string;
  readonly breached_at: string | null;
  readonly closed_at: string | null;
  readonly outcome: string | null;
}

async function waitsIn(otklik: Otklik, channel: string): Promise<Wait[]> {
  const { body } = await otklik.api<{ items: Wait[]; next: string | null }>(
    `/waits?channel=${channel}&limit=200`,
  );
  assert.equal(body.next, null);
  return body.items;
}

const toldOf = ({ opened_at, outcome, closed_at }: Wait): Told => toldWait(opened_at, outcome, closed_at);

/** What of the open waits (owners, marks) is not by the rules in force (law 6); null: nothing. */
function againstTheRules(waits: readonly Wait[], { owner, breachSeconds }: Rules): string | null {
  for (const wait of waits.filter(({ closed_at }) => closed_at === null)) {
    const breachAt = new Date(Date.parse(wait.opened_at) + breachSeconds * 1_000).toISOString();
    const isLate = Date.parse(breachAt) <= Date.now();
    const is = `${wait.owner}, late at ${wait.breach_at}, ${wait.breached_at ? 'is late' : 'not yet'}`;
    const shouldBe = `${owner}, late at ${breachAt}, ${isLate ? 'is late' : 'not yet'}`;
    if (is !== shouldBe) return `open since ${wait.opened_at}: there is «${is}» and should be «${shouldBe}»`;
  }
  return null;
}

/** An open wait that is due and that nobody was told of (law 7); null: none. */
async function silence(
  otklik: Otklik,
  waits: readonly Wait[],
  { warnSeconds }: Rules,
): Promise<string | null> {
  for (const { id, opened_at, closed_at } of waits) {
    if (closed_at !== null || Date.parse(opened_at) + warnSeconds * 1_000 > Date.now()) continue;
    const { body } = await otklik.api<{ timeline: { type: string }[] }>(`/waits/${id}`);
    if (!body.timeline.some(({ type }) => type === 'step'))
      return `nobody is told of ${id}, open since ${opened_at}`;
  }
  return null;
}
