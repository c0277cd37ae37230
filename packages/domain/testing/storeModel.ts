import type { Event } from '../event.ts';
import { type FoldPolicy, foldWaits, type Wait } from '../foldWaits.ts';
import { earliestEffect, secondOf } from '../moments.ts';
import { undoes } from '../takenBack.ts';
import type { EpochMs } from '../time.ts';

/**
 * The store's way to keep one client's waits, in memory: of each batch it folds only the latter part of the history.
 * The rule that makes it the same as folding everything (proved by property in refold.test.ts):
 *
 * 1. It begins with the second of the earliest of the new events: in a second without fractions all order may change.
 * 2. The beginning goes back to the opening of every known wait that is open, or ended at or after it (at: one instant
 *    can end a wait and open the next), and to the earliest effect of every phase of every call that has a phase at or
 *    after it, and to what a bounce at or after it points at, or a deletion of our side's that may have undone it; again and again until neither moves it. Then nobody waits at the beginning, before and after the batch alike.
 * 3. It loads every event from the beginning on, the other phases of their calls, the deletions and bounces that point at them.
 *    It does not load what a client's deletion points at.
 * 4. Waits that opened at or after the beginning are replaced by what is folded; the earlier ones stand.
 */
export class StoreModel {
  readonly #policy: FoldPolicy;
  readonly #events = new Map<string, Event>();
  #waits: Wait[] = [];

  constructor(policy: FoldPolicy) {
    this.#policy = policy;
  }

  get waits(): readonly Wait[] {
    return this.#waits;
  }

  /** Records a batch. Returns how many events were folded for it. */
  record(batch: readonly Event[]): number {
    const fresh = batch.filter((event) => !this.#events.has(keyOf(event)));
    for (const event of fresh) this.#events.set(keyOf(event), event);
    if (fresh.length === 0) return 0;
    const from = this.#beginning(fresh);
    const loaded = this.#since(from);
    const kept = this.#waits.filter((wait) => wait.openedAt < from);
    this.#waits = [...kept, ...foldWaits(loaded, this.#policy)];
    return loaded.length;
  }

  #beginning(fresh: readonly Event[]): EpochMs {
    let from = secondOf(Math.min(...fresh.map((event) => event.at)));
    for (;;) {
      const across = this.#waits.filter(({ end }) => end === null || end.at >= from);
      const calls = this.#since(from).filter((event) => event.kind === 'call');
      const back = secondOf(
        Math.min(
          from,
          ...across.map((wait) => wait.openedAt),
          ...calls.map(earliestEffect),
          ...this.#undoneBy(this.#since(from)).map((event) => event.at),
        ),
      );
      if (back === from) return from;
      from = back;
    }
  }

  #undoneBy(events: readonly Event[]): Event[] {
    return events.flatMap((event) => {
      const of = 'of' in event ? this.#events.get(`${event.channel}\n${event.of}`) : undefined;
      return of && undoes(event, of, (channel) => this.#policy.breachOf(channel)) ? [of] : [];
    });
  }

  #since(from: EpochMs): Event[] {
    const later = [...this.#events.values()].filter((event) => event.at >= from);
    return [...new Set([...later, ...this.#belongingTo(later)])];
  }

  #belongingTo(events: readonly Event[]): Event[] {
    const calls = new Set(events.flatMap((event) => (event.kind === 'call' ? [callOf(event)] : [])));
    const keys = new Set(events.map(keyOf));
    return [...this.#events.values()].filter(
      (event) =>
        (event.kind === 'call' && calls.has(callOf(event))) ||
        ((event.kind === 'deletion' || event.kind === 'bounce') && keys.has(`${event.channel}\n${event.of}`)),
    );
  }
}

const keyOf = (event: Event): string => `${event.channel}\n${event.id}`;
const callOf = (event: Extract<Event, { kind: 'call' }>): string => `${event.channel}\n${event.call.id}`;
