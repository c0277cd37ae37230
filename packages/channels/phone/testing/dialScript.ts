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

/** How an exchange takes an order to call +7 916 000-00-01 for `from`, call id `call-1`. */
export interface DialScript {
  readonly yaml: (api: string) => string;
  readonly from: string;
  /** null: this is the order. */
  before?(request: DialRequest): DialAnswer | null;
  /** What differs from the wanted order, signature included. */
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
