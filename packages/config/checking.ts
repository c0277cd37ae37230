import type { z } from 'zod';
import type { Path, Report } from './fault.ts';
import { type Document, lookUp } from './subjects.ts';

/** What a check of names, chains and hours works on, and where it tells what it found. */
export interface Checking {
  readonly document: Document;
  /** A fault: the config is refused. */
  readonly report: Report;
  /** Worth knowing: the config is taken. */
  readonly warn: Report;
}

/** One entry that is sound by itself, and where it stands. */
export interface Entry<T> {
  readonly path: Path;
  readonly key: string;
  readonly value: T;
}

/**
 * The entries of a list or a group that fit their schema. The others have been reported by their shape; the sound ones are
 * still checked against each other, so that all faults are told at once.
 */
export function soundEntries<T>(schema: z.ZodType<T>, section: string, { document }: Checking): Entry<T>[] {
  const entries = lookUp(document.value, [section]);
  if (entries === null || typeof entries !== 'object') return [];
  return Object.entries(entries).flatMap(([key, value]) => {
    const parsed = schema.safeParse(value);
    const path = [section, Array.isArray(entries) ? Number(key) : key];
    return parsed.success ? [{ path, key, value: parsed.data }] : [];
  });
}
