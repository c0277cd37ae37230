import { setTimeout as pause } from 'node:timers/promises';
import { ProviderTrouble } from './callProvider.ts';
import { isPassing } from './sendBy.ts';
import { ONLY_FILE } from './unsent.ts';

const TRIES = 4;
const FIRST_WAIT_MS = 500;

/**
 * Says the words of a file that is with the client already, where one message cannot have both. Tried again here: whoever
 * called would send the file twice. @throws {@link ProviderTrouble}, final, when they cannot be said.
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
