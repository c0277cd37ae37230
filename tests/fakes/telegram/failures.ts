/** How the fake misbehaves at a call. */
export interface Failure {
  /** An answer of the Bot API with this code (429, 500, 502, …). */
  readonly status?: number;
  readonly description?: string;
  /** Seconds, in `parameters.retry_after`. */
  readonly retryAfter?: number;
  /** A page of HTML, as from a proxy, instead of the provider's JSON. */
  readonly html?: boolean;
  /** No answer at all; the connection stays open until the caller closes it. */
  readonly hang?: boolean;
  readonly dropConnection?: boolean;
  /** The call is carried out before it fails: only the answer gets lost. */
  readonly carriedOut?: boolean;
  /** How many calls fail; 1 when left out. */
  readonly times?: number;
}

/** What the next calls of each method will suffer, in the order in which it was asked for. */
export class Failures {
  readonly #planned = new Map<string, Failure[]>();

  plan(method: string, failure: Failure): void {
    const key = method.toLowerCase();
    const copies = Array.from({ length: failure.times ?? 1 }, () => failure);
    this.#planned.set(key, [...(this.#planned.get(key) ?? []), ...copies]);
  }

  next(method: string): Failure | null {
    return this.#planned.get(method.toLowerCase())?.shift() ?? null;
  }

  forget(): void {
    this.#planned.clear();
  }
}
