export interface Failure {
  /** The status: 429, 500, 502, … */
  readonly status?: number;
  readonly description?: string;
  /** Seconds, in `parameters.retry_after`. */
  readonly retryAfter?: number;
  /** A proxy's page instead of JSON. */
  readonly html?: boolean;
  /** No answer; the connection stays open. */
  readonly hang?: boolean;
  readonly dropConnection?: boolean;
  /** Only the answer is lost. */
  readonly carriedOut?: boolean;
  /** Default 1. */
  readonly times?: number;
}

/** Planned failures by method, in order. */
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
