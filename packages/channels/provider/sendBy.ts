import type { Sent } from '../channel.ts';
import { ProviderTrouble } from './callProvider.ts';
import { EMPTY_TEXT, tooLong } from './unsent.ts';

/**
 * Sends by one call: `send` resolves with the provider's id of the message. What the provider refuses is refused; where
 * nothing or a fault of its own came back, it may be tried again.
 */
export async function sendBy(
  text: string,
  most: number,
  now: () => number,
  send: (words: string) => Promise<string>,
): Promise<Sent> {
  const words = text.replaceAll('\u0000', '').toWellFormed().trim();
  if (words === '') return EMPTY_TEXT;
  if (words.length > most) return tooLong(most);
  try {
    return { outcome: 'sent', id: await send(words), at: now() };
  } catch (error) {
    if (!(error instanceof ProviderTrouble)) throw error;
    const { status, afterMs, message: problem } = error;
    // A bare status says nothing to whoever wrote the words.
    const said = /\bHTTP \d{3}\b/.test(error.said.en) ? {} : { said: error.said };
    const isPassing = status === null || status === 429 || status >= 500;
    return isPassing
      ? { outcome: 'retry', afterMs, problem, ...said }
      : { outcome: 'refused', problem, ...said };
  }
}
