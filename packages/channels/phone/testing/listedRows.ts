import type { ApiAnswer, ApiRequest } from '../../testing/serveApi.ts';
import { at } from './lineWorld.ts';
import type { PhoneScript } from './phoneProvider.ts';

export type Api = (asked: ApiRequest) => ApiAnswer | null;

/** A field by its name, or the cell of a column. */
type ListedRow = Readonly<Record<string, unknown>>;

/** One exchange's list of calls, as it gives it. */
export interface ListedRows {
  readonly script: PhoneScript;
  /** The list with these rows, a page at a time. `more`: what is asked for besides. */
  list(rows: readonly unknown[], more?: object): Api;
  /** The call that the nth client missed from 10:00:00 to 10:00:20. */
  missed(nth: number): ListedRow;
  /** A call between two colleagues, which says so. */
  readonly inside: ListedRow | null;
  /** How the list says that there were no calls, each in place of the rows. */
  readonly nothing: readonly unknown[];
  /** A text table, of which a cell has no type and is never missing. */
  readonly isCsv?: true;
  /** What says that the call goes on, so that a later look tells it, or that a colleague made it: nothing is lost. */
  readonly saysNothing?: { readonly field: string; readonly by: unknown };
}

export const clientOf = (nth: number): string => `7916000000${nth}`;

export const LINE = '74951234567';

/** When the missed call began and ended. */
export const [BEGAN, ENDED] = [at('10:00:00'), at('10:00:20')];

/** The same in seconds since 1970. */
export const [FROM, TO] = [BEGAN / 1_000, ENDED / 1_000];

/** An answer in JSON. */
export const json = (value: unknown): ApiAnswer => ({ body: JSON.stringify(value) });

/** A row of a text table. */
export const cells = (row: unknown): string[] => Object.values(Object(row)).map((cell) => String(cell ?? ''));

/** What one page has. */
export const page = (rows: readonly unknown[], skip: number, limit: number) =>
  Array.isArray(rows) ? rows.slice(skip, skip + limit) : rows;
