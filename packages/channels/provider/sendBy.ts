import type { Edited, Outgoing, Sent } from '../channel.ts';
import { ProviderTrouble } from './callProvider.ts';
import { EMPTY_TEXT, tooLong } from './unsent.ts';

/** What a provider has made of a message: its id, and what it is edited by later, where it can be. */
export interface SentAs {
  readonly id: string;
  readonly handle?: string;
}

/**
 * Sends by one call: `send` resolves with the provider's id of the message. What the provider refuses is refused; where
 * nothing or a fault of its own came back, it may be tried again. Words may be left out where a file says everything.
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

/** The same of an edit. */
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
  // A bare status says nothing to whoever wrote the words.
  const said = /\bHTTP \d{3}\b/.test(error.said.en) ? {} : { said: error.said };
  return isPassing(error)
    ? { outcome: 'retry', afterMs, problem, ...said }
    : { outcome: 'refused', problem, ...said };
}

/** Whether the same call may go well in a while. */
export const isPassing = ({ status }: ProviderTrouble): boolean =>
  status === null || status === 429 || status >= 500;
