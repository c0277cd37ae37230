import type { RecordRules } from '../clockRules.ts';
import { decideWaits, type OnRecord, type WaitChanges } from '../decideWaits.ts';
import type { Event } from '../event.ts';
import { type EventKey, eventKey } from '../moments.ts';
import type { EpochMs } from '../time.ts';
import type { WaitRow } from '../waitRow.ts';

const keyOf = ({ channel, id }: Event): EventKey => eventKey(channel, id);

/** One client's record in memory: what a store keeps between two batches. */
export class ClientRecord {
  readonly #rules: RecordRules;
  readonly #events = new Map<EventKey, Event>();
  readonly #waits = new Map<string, WaitRow>();
  #given = 0;

  constructor(rules: RecordRules) {
    this.#rules = rules;
  }

  /** Waits that count, the first first. */
  get waits(): WaitRow[] {
    return this.#sorted((wait) => wait.voided_at === null);
  }

  get superseded(): WaitRow[] {
    return this.#sorted((wait) => wait.voided_at !== null);
  }

  /** Writes down what people or the clock did to a wait. */
  put(wait: WaitRow): void {
    this.#waits.set(wait.id, wait);
  }

  /** Records a batch; second deliveries change nothing. */
  record(batch: readonly Event[], now: EpochMs, more: Partial<OnRecord> = {}): WaitChanges {
    const fresh = batch.filter((event) => !this.#events.has(keyOf(event)));
    for (const event of fresh) if (!this.#events.has(keyOf(event))) this.#events.set(keyOf(event), event);
    const decided = decideWaits(
      {
        history: [...this.#events.values()].map((event) => ({ clientId: 'c', event })),
        known: this.waits,
        superseded: [],
        regrouped: new Set(),
        fresh: new Set(fresh.map(keyOf)),
        why: null,
        ...more,
      },
      {
        newId: () => `w${++this.#given}`,
        ownerOf: () => ({ person: 'anna', why: 'owner' }),
      },
      this.#rules,
      now,
    );
    for (const wait of decided.save) this.put(wait);
    return decided;
  }

  #sorted(keep: (wait: WaitRow) => boolean): WaitRow[] {
    return [...this.#waits.values()].filter(keep).sort((a, b) => a.opened_at - b.opened_at);
  }
}
