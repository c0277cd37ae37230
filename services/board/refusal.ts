/** A refusal with its remedy; becomes problem+json (RFC 9457). */
export class Refusal extends Error {
  readonly status: number;
  readonly title: string;
  /** Seconds. */
  readonly retryAfter: number | null;

  constructor(status: number, title: string, detail: string, retryAfter: number | null = null) {
    super(detail);
    this.status = status;
    this.title = title;
    this.retryAfter = retryAfter;
  }
}
