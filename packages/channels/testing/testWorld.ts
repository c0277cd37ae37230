import { asReceived, type Event, type EventKey, eventKey } from '@otklik/domain';
import type { Delivery, ListenerDeps, ListenerState } from '../channel.ts';
import { TestMemory } from './testMemory.ts';

export type Step = 'deliver' | 'saveCursor' | 'loadCursor';

/** `kept`, `cursor`, `memory` and `quarantined` survive a crash of the listener. */
export class TestWorld implements ListenerDeps {
  readonly kept: Delivery[] = [];
  readonly quarantined: { body: unknown; reason: string }[] = [];
  readonly states: ListenerState[] = [];
  readonly logged: string[] = [];
  readonly log = {
    info: (about: object, text: string) => this.#note(about, text),
    warn: (about: object, text: string) => this.#note(about, text),
    error: (about: object, text: string) => this.#note(about, text),
  };
  missedByWebhookCount = 0;
  cursor: string | null = null;
  memory = new TestMemory();
  /** Called before each write; may throw. */
  before: (step: Step) => Promise<void> | void = () => {};

  async deliver(delivery: Delivery): Promise<{ fresh: readonly Event[] }> {
    await this.before('deliver');
    const known = new Set(this.eventIds);
    this.kept.push({ ...delivery, events: asReceived(delivery.events) });
    return { fresh: delivery.events.filter(({ id }) => !known.has(id)) };
  }

  async recordedCalls(calls: readonly { channel: string; id: string }[]): Promise<ReadonlySet<EventKey>> {
    const told = this.kept.flatMap(({ events }) =>
      events.flatMap((event) => (event.kind === 'call' ? [eventKey(event.channel, event.call.id)] : [])),
    );
    return new Set(calls.map(({ channel, id }) => eventKey(channel, id)).filter((key) => told.includes(key)));
  }

  missedByWebhook(count: number): void {
    this.missedByWebhookCount += count;
  }

  async loadCursor(): Promise<string | null> {
    await this.before('loadCursor');
    return this.cursor;
  }

  async saveCursor(cursor: string): Promise<void> {
    await this.before('saveCursor');
    this.cursor = cursor;
  }

  report(state: ListenerState): void {
    this.states.push(state);
  }

  async quarantine(body: unknown, reason: string): Promise<void> {
    this.quarantined.push({ body, reason });
  }

  now(): number {
    return Date.now();
  }

  get state(): ListenerState | undefined {
    return this.states.at(-1);
  }

  /** In English. */
  get problem(): string | null {
    return this.state?.problem?.en ?? null;
  }

  get problems(): readonly (string | null)[] {
    return this.states.map(({ problem }) => problem?.en ?? null);
  }

  /** In English. */
  get gaps(): readonly string[] {
    return (this.state?.gaps ?? []).map(({ en }) => en);
  }

  /** Texts of kept messages, in order. */
  get texts(): (string | null)[] {
    return this.kept.flatMap(({ events }) =>
      events.map((event) => (event.kind === 'message' ? event.text : null)),
    );
  }

  get eventIds(): string[] {
    return this.kept.flatMap(({ events }) => events.map(({ id }) => id));
  }

  #note(about: object, text: string): void {
    this.logged.push(`${text} ${JSON.stringify(about)}`);
  }
}
