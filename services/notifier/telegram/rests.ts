import type { EpochMs } from '@otklik/domain';
import type { Called } from './sending.ts';

export interface Rests {
  /** null: call. */
  of(chat: number, now: EpochMs): { outcome: 'retry'; afterMs: number; problem: string } | null;
  heed<T extends Called>(chat: number, called: T): T;
}

/** Chats that want a pause (429). What comes due meanwhile goes out together. */
export function createRests(clock: () => EpochMs): Rests {
  const until = new Map<number, EpochMs>();
  return {
    of(chat, now) {
      const afterMs = (until.get(chat) ?? 0) - now;
      return afterMs > 0 ? { outcome: 'retry', afterMs, problem: 'Telegram wants a pause' } : null;
    },
    heed(chat, called) {
      if (called.outcome === 'retry' && called.afterMs !== null) until.set(chat, clock() + called.afterMs);
      else until.delete(chat);
      return called;
    },
  };
}
