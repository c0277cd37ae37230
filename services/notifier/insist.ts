import { setTimeout as pause } from 'node:timers/promises';

const RETRY_MS = 500;

/** Writes down what has happened already and cannot be undone, however often the database fails: what is forgotten would be done twice. */
export async function insist<T>(write: () => Promise<T>, failed: (error: unknown) => void): Promise<T> {
  for (;;) {
    try {
      return await write();
    } catch (error) {
      failed(error);
      await pause(RETRY_MS);
    }
  }
}
