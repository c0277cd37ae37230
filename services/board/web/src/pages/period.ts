import type { Span } from './api.ts';

export type Choice = 'week' | 'month' | 'thisMonth' | 'custom';
export const CHOICES: readonly Choice[] = ['week', 'month', 'thisMonth', 'custom'];

export interface Period {
  readonly choice: Choice;
  /** Days as a date field writes them, both included; for `custom`. */
  readonly from: string;
  readonly to: string;
}

const DAY_MS = 86_400_000;
const two = (value: number) => String(value).padStart(2, '0');
const dayOf = (at: Date) => `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;

export const lastDays = (now: Date): Period => ({
  choice: 'week',
  from: dayOf(new Date(now.getTime() - 6 * DAY_MS)),
  to: dayOf(now),
});

/** In the reader's time zone; null: the dates make no sense. */
export function spanOf({ choice, from, to }: Period, now: Date): Span | null {
  const until = now.toISOString();
  switch (choice) {
    case 'week':
      return { from: new Date(now.getTime() - 7 * DAY_MS).toISOString(), to: until };
    case 'month':
      return { from: new Date(now.getTime() - 30 * DAY_MS).toISOString(), to: until };
    case 'thisMonth':
      return { from: new Date(now.getFullYear(), now.getMonth(), 1).toISOString(), to: until };
    case 'custom': {
      const [start, last] = [new Date(`${from}T00:00`), new Date(`${to}T00:00`)];
      if (Number.isNaN(start.getTime()) || Number.isNaN(last.getTime()) || start > last) return null;
      last.setDate(last.getDate() + 1);
      return { from: start.toISOString(), to: last.toISOString() };
    }
  }
}
