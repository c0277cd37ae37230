/** An update as the provider keeps it until it is confirmed. */
export interface Kept {
  readonly id: number;
  readonly update: Readonly<Record<string, unknown>>;
  /** Updates with the same key are posted to a webhook strictly one after another. */
  readonly chat: number;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

const FIRST_ID = 731_000_001;

/**
 * The updates of one bot that nobody has confirmed. An update goes away when a higher offset is asked for, when a webhook
 * has taken it, or when it expires; reading alone changes nothing.
 */
export class UpdateQueue {
  #kept: Kept[] = [];
  /** Everything that was ever queued, the oldest first. */
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

  /** Everything comes again, the last first, with the ids that it had: what a provider does after a bad night. */
  again(): void {
    this.#kept = [...this.#ever.toReversed(), ...this.#kept.filter((kept) => !this.#ever.includes(kept))];
  }

  /** What `getUpdates` gives: everything from `offset`, after forgetting what is before it. */
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

  /** A negative offset counts from the end. One in the future makes the server begin with the oldest that it has. */
  #startOf(offset: number): number {
    if (offset < 0) return this.#nextId + offset;
    return offset > this.#nextId ? 0 : offset;
  }

  #expire(now: number): void {
    this.#kept = this.#kept.filter(({ expiresAt }) => expiresAt > now);
  }
}
