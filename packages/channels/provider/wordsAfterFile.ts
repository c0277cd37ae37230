import { setTimeout as pause } from 'node:timers/promises';
import { ProviderTrouble } from './callProvider.ts';
import { isPassing } from './sendBy.ts';
import { ONLY_FILE } from './unsent.ts';

const TRIES = 4;
const FIRST_WAIT_MS = 500;

/**
 * Sends the words of a file as the next message. Retries here, as the caller would repeat the file. @throws {@link
 * ProviderTrouble}, final.
 */
export async function wordsAfterFile(
  say: () => Promise<unknown>,
  firstWaitMs = FIRST_WAIT_MS,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await say();
      return;
    } catch (error) {
      if (!(error instanceof ProviderTrouble)) throw error;
      if (!isPassing(error) || attempt === TRIES) throw new ProviderTrouble(ONLY_FILE, { status: 400 });
      await pause(error.afterMs ?? firstWaitMs * 2 ** (attempt - 1));
    }
  }
}
