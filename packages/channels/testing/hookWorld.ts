import { type Event, foldPolicyOf, foldWaits } from '@otklik/domain';
import type { Memory } from '../channel.ts';
import { channelOf } from '../registry.ts';
import { AWAY } from './awayMemory.ts';
import { contractConfig } from './contractConfig.ts';

const RECEIVED = Date.parse('2026-11-23T11:00:00Z');

/** A posted-to channel and its events. */
export class HookDeps {
  readonly #config;
  readonly #channel;
  readonly events: Event[] = [];
  readonly faults: string[] = [];
  answer: unknown = null;

  readonly #memory: Memory;

  /** `keys`: the channel's keys in otklik.yaml. */
  constructor(keys: string, memory: Memory = AWAY) {
    this.#memory = memory;
    this.#config = contractConfig(`
version: 1
public_url: https://otklik.example.ru
people: [{ id: olga, name: Ольга }]
channels: [{ id: line, owner: olga, ${keys} }]
`);
    const channel = this.#config.channels.get('line');
    if (!channel) throw new Error('no such channel');
    this.#channel = channel;
  }

  /** Returns the status. `body` goes as JSON unless text; `path` follows the channel's address. */
  async post(
    body: object | string | Buffer,
    { path = '', headers = {} }: { path?: string; headers?: Readonly<Record<string, string>> } = {},
  ): Promise<number> {
    const url = new URL(`http://otklik/hooks/line${path}`);
    const bytes = Buffer.isBuffer(body)
      ? body
      : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
    const received = await channelOf(this.#channel).receive?.(
      this.#channel,
      {
        path: url.pathname.slice('/hooks/line'.length),
        query: Object.fromEntries(url.searchParams),
        headers,
        body: bytes,
        receivedAt: RECEIVED,
      },
      { config: this.#config, memory: this.#memory, memoryOf: () => this.#memory },
    );
    if (received?.outcome !== 'accepted') return received?.status ?? 0;
    // What was posted first came first.
    const before = this.events.length;
    const came = received.delivery.events.map((event, index) => ({
      ...event,
      receivedIndex: before + index,
    }));
    this.events.push(...came);
    if (received.quarantine !== null) this.faults.push(received.quarantine);
    const { status, body: said } = received.answer({ accepted: 1, duplicates: 0 });
    this.answer = said;
    return status;
  }

  async postSample(): Promise<number> {
    const sample = channelOf(this.#channel).sample?.(this.#channel, { config: this.#config, now: RECEIVED });
    return sample ? this.post(sample.body, sample) : 0;
  }

  /** Lines of kind, side, thread, id, UTC time. */
  told(): string[] {
    return this.events.map(({ kind, side, thread, id, at }) => [kind, side, thread, id, clock(at)].join(' '));
  }

  /** Lines of thread, opening, end. */
  waits(): string[] {
    return [...Map.groupBy(this.events, ({ thread }) => thread).values()]
      .flatMap((events) => foldWaits(events, foldPolicyOf(this.#config)))
      .map(({ thread, openedAt, end }) =>
        [thread, clock(openedAt), end ? `${end.outcome} ${clock(end.at)}` : 'waits'].join(' '),
      );
  }
}

const clock = (at: number): string => new Date(at).toISOString().slice(11, 19);
