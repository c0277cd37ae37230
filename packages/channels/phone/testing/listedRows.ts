import type { ApiAnswer, ApiRequest } from '../../testing/serveApi.ts';
import { at } from './lineWorld.ts';
import type { PhoneScript } from './phoneProvider.ts';

export type Api = (asked: ApiRequest) => ApiAnswer | null;

/** Fields by name, or cells by column. */
type ListedRow = Readonly<Record<string, unknown>>;

export interface ListedRows {
  readonly script: PhoneScript;
  /** Serves rows by page. `more`: other requested data. */
  list(rows: readonly unknown[], more?: object): Api;
  /** A call from 10:00:00 to 10:00:20. */
  missed(nth: number): ListedRow;
  /** A call between colleagues. */
  readonly inside: ListedRow | null;
  /** Forms of an empty list. */
  readonly nothing: readonly unknown[];
  /** A CSV: cells have no type and are never missing. */
  readonly isCsv?: true;
  /** A call in progress or by a colleague: skipping it loses nothing. */
  readonly saysNothing?: { readonly field: string; readonly by: unknown };
}

export const clientOf = (nth: number): string => `7916000000${nth}`;

export const LINE = '74951234567';

/** Of the missed call. */
export const [BEGAN, ENDED] = [at('10:00:00'), at('10:00:20')];

/** The same in seconds since 1970. */
export const [FROM, TO] = [BEGAN / 1_000, ENDED / 1_000];

/** An answer in JSON. */
export const json = (value: unknown): ApiAnswer => ({ body: JSON.stringify(value) });

/** A CSV row. */
export const cells = (row: unknown): string[] => Object.values(Object(row)).map((cell) => String(cell ?? ''));

/** What one page has. */
export const page = (rows: readonly unknown[], skip: number, limit: number) =>
  Array.isArray(rows) ? rows.slice(skip, skip + limit) : rows;
