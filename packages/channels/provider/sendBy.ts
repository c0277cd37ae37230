import type { Edited, Outgoing, Sent } from '../channel.ts';
import { ProviderTrouble } from './callProvider.ts';
import { EMPTY_TEXT, tooLong } from './unsent.ts';

/** The provider's id of a message, and its handle for edits. */
export interface SentAs {
  readonly id: string;
  readonly handle?: string;
}

/**
 * Sends by one call; `send` resolves with the provider's id. A refusal is final; no answer, or a fault of the
 * provider's, may be retried. Words may be empty beside a file.
 */
export async function sendBy(
  { text, file }: Pick<Outgoing, 'text' | 'file'>,
  most: number,
  now: () => number,
  send: (words: string) => Promise<string | SentAs>,
): Promise<Sent> {
  const words = storableWords(text);
  if (words === '' && file === undefined) return EMPTY_TEXT;
  if (words.length > most) return tooLong(most);
  try {
    const sent = await send(words);
    return { outcome: 'sent', at: now(), ...(typeof sent === 'string' ? { id: sent } : sent) };
  } catch (error) {
    return outcomeOf(error);
  }
}

/** The same for an edit. */
export async function editBy(
  text: string,
  most: number,
  edit: (words: string) => Promise<unknown>,
): Promise<Edited> {
  const words = storableWords(text);
  if (words.length > most) return tooLong(most);
  try {
    await edit(words);
    return { outcome: 'edited' };
  } catch (error) {
    return outcomeOf(error);
  }
}

const storableWords = (text: string): string => text.replaceAll('\u0000', '').toWellFormed().trim();

function outcomeOf(error: unknown): Exclude<Sent, { outcome: 'sent' }> {
  if (!(error instanceof ProviderTrouble)) throw error;
  const { afterMs, message: problem } = error;
  // A bare status means nothing to the author.
  const said = /\bHTTP \d{3}\b/.test(error.said.en) ? {} : { said: error.said };
  return isPassing(error)
    ? { outcome: 'retry', afterMs, problem, ...said }
    : { outcome: 'refused', problem, ...said };
}

/** Whether the same call may succeed later. */
export const isPassing = ({ status }: ProviderTrouble): boolean =>
  status === null || status === 429 || status >= 500;
