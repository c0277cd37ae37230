import type { Memory } from '../channel.ts';

const away = async (): Promise<never> => {
  throw new Error('the database is away');
};

/** A database that hangs: unrepeated posts must be taken all the same. */
export const AWAY: Memory = { recall: away, recallAll: away, remember: away, claim: away };
