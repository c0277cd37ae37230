export interface Kept {
  readonly id: number;
  readonly update: Readonly<Record<string, unknown>>;
  /** Updates of one key are posted one at a time. */
  readonly chat: number;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

const FIRST_ID = 731_000_001;

/** A higher offset, a webhook's 2xx or expiry removes an update; reading does not. */
export class UpdateQueue {
  #kept: Kept[] = [];
  /** All that was ever queued, oldest first. */
  readonly #ever: Kept[] = [];
  #nextId = FIRST_ID;

  /** @returns the update's id. */
  add(body: Readonly<Record<string, unknown>>, chat: number, expiresAt: number, copies: number): number {
    const id = this.#nextId++;
    const kept = { id, chat, expiresAt, update: { update_id: id, ...body } };
    for (let copy = 0; copy < copies; copy += 1) this.#kept.push(kept);
    this.#ever.push(kept);
    return id;
  }

  /** Last first, with the old ids, as after an outage. */
  again(): void {
    this.#kept = [...this.#ever.toReversed(), ...this.#kept.filter((kept) => !this.#ever.includes(kept))];
  }

  /** Forgets what is before `offset`. */
  take(offset: number, limit: number, now: number): Kept[] {
    this.#expire(now);
    const from = this.#startOf(offset);
    this.#kept = this.#kept.filter(({ id }) => id >= from);
    return this.#kept.slice(0, limit);
  }

  pending(now: number): readonly Kept[] {
    this.#expire(now);
    return this.#kept;
  }

  remove(kept: Kept): void {
    const index = this.#kept.indexOf(kept);
    if (index >= 0) this.#kept.splice(index, 1);
  }

  clear(): void {
    this.#kept = [];
  }

  /** A negative offset counts from the end; a future one starts at the oldest. */
  #startOf(offset: number): number {
    if (offset < 0) return this.#nextId + offset;
    return offset > this.#nextId ? 0 : offset;
  }

  #expire(now: number): void {
    this.#kept = this.#kept.filter(({ expiresAt }) => expiresAt > now);
  }
}
