import { type RawBuilder, sql } from 'kysely';

/**
 * Values to a set that SQL can join: one parameter however many rows, so that a batch is one query and one plan.
 * `columns` are `name type` pairs, as in `channel text, at timestamptz`.
 */
export function rowsOf(rows: readonly object[], columns: string): RawBuilder<unknown> {
  return sql`json_to_recordset(${JSON.stringify(rows)}::json) as given(${sql.raw(columns)})`;
}

/** A moment for a timestamptz column of {@link rowsOf}. */
export const iso = (at: number): string => new Date(at).toISOString();
export const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at));
