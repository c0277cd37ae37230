import { createHash } from 'node:crypto';
import { type EpochMs, MINUTE } from '@otklik/domain';
import { z } from 'zod';
import type { ListenerDeps } from '../channel.ts';
import type { CallFact } from '../provider/callFact.ts';

/** Possibly a client's call, for a person to look at. */
export interface OddRow {
  readonly row: unknown;
  readonly reason: string;
}

export interface ListedCalls {
  readonly facts: readonly CallFact[];
  readonly odd: readonly OddRow[];
}

/**
 * An unreadable row hides no other. `read` gives null for a possible client's call that makes no sense, `[]` for what
 * is clearly none.
 */
export function readRows<Shape extends z.ZodType, Read>(
  provider: string,
  rows: readonly unknown[],
  shape: Shape,
  read: (row: z.output<Shape>) => readonly Read[] | null,
): { readonly read: readonly Read[]; readonly odd: readonly OddRow[] } {
  const found: Read[] = [];
  const odd: OddRow[] = [];
  for (const row of rows) {
    const { data, success } = shape.safeParse(row);
    const told = success ? read(data) : null;
    if (told === null) odd.push({ row, reason: `a row of the list of calls of ${provider} cannot be read` });
    else found.push(...told);
  }
  return { read: found, odd };
}

/** Reads a list whose rows stand alone. */
export function readCalls<Shape extends z.ZodType>(
  provider: string,
  rows: readonly unknown[],
  shape: Shape,
  read: (row: z.output<Shape>) => readonly CallFact[] | null,
): ListedCalls {
  const { read: facts, odd } = readRows(provider, rows, shape, read);
  return { facts, odd };
}

/** Text, or a number written instead; empty for anything else. */
export const text = z
  .unknown()
  .optional()
  .transform((value): string => {
    if (typeof value === 'number') return String(value);
    return typeof value === 'string' ? value.trim() : '';
  });

/** A count, number or digits; null for anything else. */
export const amount = z
  .unknown()
  .optional()
  .transform((value): number | null => {
    const isDigits = typeof value === 'string' && /^\s*\d{1,12}(\.\d+)?\s*$/.test(value);
    const number = isDigits ? Number(value) : value;
    return typeof number === 'number' && number >= 0 && number < 1e12 ? number : null;
  });

/** null and an empty text mean no calls. */
export const rowsField = z
  .union([z.array(z.unknown()), z.null(), z.literal('')])
  .transform((rows): readonly unknown[] => rows || []);

/** An answer with this many rows may be cut off. */
const MAYBE_CUT = 1_000;
const SHORTEST_MS = 10 * MINUTE;

/** For an API without pages: halves the span until no answer is cut off. */
export async function wholeSpan(
  { from, to }: { readonly from: EpochMs; readonly to: EpochMs },
  ask: (span: { readonly from: EpochMs; readonly to: EpochMs }) => Promise<readonly unknown[]>,
): Promise<readonly unknown[]> {
  const rows = await ask({ from, to });
  if (rows.length < MAYBE_CUT || to - from <= SHORTEST_MS) return rows;
  const middle = Math.floor((from + to) / 2);
  return [...(await wholeSpan({ from, to: middle }, ask)), ...(await wholeSpan({ from: middle, to }, ask))];
}

const MOST_KNOWN = 10_000;

/** A list repeats a row at every look. */
export function keepAsideOnce(
  deps: Pick<ListenerDeps, 'quarantine'>,
): (odd: readonly OddRow[]) => Promise<void> {
  const known = new Set<string>();
  return async (odd) => {
    for (const { row, reason } of odd) {
      const hash = createHash('sha256')
        .update(JSON.stringify(row) ?? '')
        .digest('base64');
      if (known.has(hash)) continue;
      await deps.quarantine(row, reason);
      known.add(hash);
      for (const oldest of known) {
        if (known.size <= MOST_KNOWN) break;
        known.delete(oldest);
      }
    }
  };
}
