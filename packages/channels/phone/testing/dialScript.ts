import type { IncomingHttpHeaders } from 'node:http';

export interface DialRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface DialAnswer {
  readonly status?: number;
  readonly body: string;
}

/** How one exchange takes a call that is ordered from +7 916 000-00-01 for the colleague `from`, whose call has the id `call-1`. */
export interface DialScript {
  readonly yaml: (api: string) => string;
  readonly from: string;
  /** Its answer to whatever comes before the order itself; null: it is the order. */
  before?(request: DialRequest): DialAnswer | null;
  /** Whether the order is as the exchange wants it, signature and all: what is different else. */
  order(request: DialRequest): Readonly<Record<string, readonly [got: unknown, wanted: unknown]>>;
  readonly taken: DialAnswer;
  /** The colleague has no such telephone. */
  readonly refused: DialAnswer;
  /** What the person is told then. */
  readonly why: RegExp;
}

/** The client’s. */
export const NUMBER = '79160000001';
export const FORM = 'application/x-www-form-urlencoded;charset=UTF-8';
export const fieldsOf = (text: string) => Object.fromEntries(new URLSearchParams(text));
