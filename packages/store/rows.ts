import { type RawBuilder, type Selectable, sql } from 'kysely';
import type { DB } from './generated/tables.ts';

/** Columns as a query returns them; `generated/tables.ts` is made from the migrations. */
export type Row<Table extends keyof DB, Column extends keyof Selectable<DB[Table]>> = Readonly<
  Pick<Selectable<DB[Table]>, Column>
>;

/**
 * Rows as one parameter: a batch of any size is one query and plan. `columns`: `name type` pairs, as in `channel text,
 * at timestamptz`.
 */
export function rowsOf(rows: readonly object[], columns: string): RawBuilder<unknown> {
  return sql`json_to_recordset(${JSON.stringify(rows)}::json) as given(${sql.raw(columns)})`;
}

/**
 * Clients with a start each, as `given (client_id, since)`. The planner knows an array's length, and uses the index for
 * a few; it takes a JSON set for a hundred rows, and scans the table.
 */
export function spansOf(
  spans: readonly { readonly clientId: string; readonly from: number }[],
): RawBuilder<unknown> {
  const clients = spans.map(({ clientId }) => clientId);
  const moments = spans.map(({ from }) => iso(from));
  return sql`unnest(${clients}::uuid[], ${moments}::timestamptz[]) as given (client_id, since)`;
}

/** For a timestamptz column of {@link rowsOf}. */
export const iso = (at: number): string => new Date(at).toISOString();
export const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at));
