import { type RawBuilder, type Selectable, sql } from 'kysely';
import type { DB } from './generated/tables.ts';

/** Columns of a table as a query gives them; `generated/tables.ts` is made from the migrations. */
export type Row<Table extends keyof DB, Column extends keyof Selectable<DB[Table]>> = Readonly<
  Pick<Selectable<DB[Table]>, Column>
>;

/**
 * Values to a set that SQL can join: one parameter however many rows, so that a batch is one query and one plan.
 * `columns` are `name type` pairs, as in `channel text, at timestamptz`.
 */
export function rowsOf(rows: readonly object[], columns: string): RawBuilder<unknown> {
  return sql`json_to_recordset(${JSON.stringify(rows)}::json) as given(${sql.raw(columns)})`;
}

/**
 * Clients, each from a moment on, as `given (client_id, since)`. The planner sees how many there are, where a set of JSON
 * is always a hundred to it: for a few clients it takes their rows by the index instead of reading the table.
 */
export function spansOf(
  spans: readonly { readonly clientId: string; readonly from: number }[],
): RawBuilder<unknown> {
  const clients = spans.map(({ clientId }) => clientId);
  const moments = spans.map(({ from }) => iso(from));
  return sql`unnest(${clients}::uuid[], ${moments}::timestamptz[]) as given (client_id, since)`;
}

/** A moment for a timestamptz column of {@link rowsOf}. */
export const iso = (at: number): string => new Date(at).toISOString();
export const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at));
