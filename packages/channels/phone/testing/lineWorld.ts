import { type Event, foldPolicyOf, foldWaits } from '@otklik/domain';
import { until } from '@otklik/testing';
import type { Memory } from '../../channel.ts';
import { AWAY } from '../../testing/awayMemory.ts';
import { contractConfig } from '../../testing/contractConfig.ts';
import { TestMemory } from '../../testing/testMemory.ts';
import { TestWorld } from '../../testing/testWorld.ts';
import { feedOf, phoneChannel } from '../channel.ts';
import { contextOf } from '../exchange.ts';
import type { Posting } from './phoneProvider.ts';

/** Events are received at 11:00 of the day of the calls. */
export class LineWorld {
  readonly #config;
  readonly #channel;
  readonly events: Event[] = [];
  readonly faults: string[] = [];
  readonly answers: unknown[] = [];

  readonly aside: { readonly body: unknown; readonly reason: string }[] = [];

  /** Pauses between list requests. */
  readonly waited: number[] = [];

  /** The memory by channel, or a broken one. */
  readonly #memories: Map<string, TestMemory> | Memory;

  /** `keys`: channel keys of otklik.yaml; `others`: further channels; `after`: the world whose memory it shares. */
  constructor(
    keys: string,
    others = '',
    after: 'nothing' | 'no database' | 'a silent database' | LineWorld = 'no database',
  ) {
    this.#memories =
      typeof after === 'string' ? (DATABASES[after] ?? new Map<string, TestMemory>()) : after.#memories;
    this.#config = contractConfig(`
version: 1
timezone: Europe/Moscow
public_url: https://otklik.example.ru
people: [{ id: olga, name: Ольга }]
channels: [{ id: line, kind: phone, owner: olga, ${keys} }${others && `, ${others}`}]
`);
    const channel = this.#config.channels.get('line');
    if (channel?.kind !== 'phone') throw new Error('no such channel');
    this.#channel = channel;
  }

  sample(): Posting {
    const sample = phoneChannel.sample?.(this.#channel, { config: this.#config, now: RECEIVED });
    if (!sample) throw new Error('nobody posts to it');
    return sample;
  }

  /** Returns the status. */
  async post({ path = '', headers = {}, body = '' }: Posting, receivedAt = RECEIVED): Promise<number> {
    const url = new URL(`https://otklik.example.ru/hooks/line${path}`);
    const received = await phoneChannel.receive?.(
      this.#channel,
      {
        path: url.pathname.slice('/hooks/line'.length),
        query: Object.fromEntries(url.searchParams),
        headers,
        body: Buffer.from(body),
        receivedAt,
      },
      {
        config: this.#config,
        memory: this.#memoryOf('line'),
        memoryOf: (id) => this.#memoryOf(id),
      },
    );
    if (received?.outcome !== 'accepted') return received?.status ?? 0;
    this.events.push(...received.delivery.events);
    if (received.quarantine !== null) this.faults.push(received.quarantine);
    const { status, body: answer } = received.answer({ accepted: 1, duplicates: 0 });
    this.answers.push(answer);
    return status;
  }

  /** After `awayMs`. Returns whether the list was read, and what the listener reports. */
  async look({ awayMs = 3_600_000, now = RECEIVED }: { awayMs?: number; now?: number } = {}) {
    const world = new FixedWorld();
    world.time = now;
    const memory = this.#memoryOf('line');
    if (memory instanceof TestMemory) world.memory = memory;
    world.cursor = JSON.stringify({ since: 0, upTo: now - awayMs, sweptAt: now });
    const context = contextOf(this.#channel, this.#config);
    const pause = async (ms: number) => void this.waited.push(ms);
    const [feed] = feedOf(this.#channel, this.#config, PACE, { ...context, pause });
    if (!feed) throw new Error('it has no list');
    const listener = feed.start(world);
    await until(() => world.state !== undefined, { what: 'the look' });
    // Further reports come a moment later.
    await new Promise(setImmediate);
    listener.stop();
    await listener.done;
    this.events.push(...world.kept.flatMap(({ events }) => events));
    this.aside.push(...world.quarantined);
    return { isRead: world.state?.caughtUp, problem: world.problem, gaps: world.gaps };
  }

  #memoryOf(channel: string): Memory {
    if (!(this.#memories instanceof Map)) return this.#memories;
    const known = this.#memories.get(channel) ?? new TestMemory();
    this.#memories.set(channel, known);
    return known;
  }

  /** Lines of number, beginning, missed time, end; in UTC. */
  told(): string[] {
    const clients = Map.groupBy(this.events, ({ thread }) => thread);
    return [...clients.values()]
      .flatMap((events) => foldWaits(events, foldPolicyOf(this.#config)))
      .sort((a, b) => a.openedAt - b.openedAt)
      .map(({ thread, openedAt, missed, end }) =>
        [
          thread,
          clock(openedAt),
          ...(missed ? [`missed ${clock(missed.at)}`] : []),
          end ? `${end.outcome} ${clock(end.at)}` : 'waits',
          ...(end && 'by' in end && end.by.author.id !== null ? [`by ${end.by.author.id}`] : []),
        ].join(' '),
      );
  }
}

const never = (): Promise<never> => new Promise(() => {});
const DATABASES: Readonly<Record<string, Memory>> = {
  'no database': AWAY,
  'a silent database': { recall: never, recallAll: never, remember: never, claim: never },
};

class FixedWorld extends TestWorld {
  time = RECEIVED;
  override now(): number {
    return this.time;
  }
}

/** One look only. */
const PACE = {
  everyMs: 3_600_000,
  overlapMs: 900_000,
  sweepMs: 900_000,
  firstBackoffMs: 3_600_000,
  maxBackoffMs: 3_600_000,
  random: () => 0.5,
};

const clock = (at: number): string => new Date(at).toISOString().slice(11, 19);

const RECEIVED = Date.parse('2026-11-23T11:00:00Z');
/** A UTC time of that day. */
export const at = (time: string): number => Date.parse(`2026-11-23T${time}Z`);
