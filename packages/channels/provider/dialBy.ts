import { SECOND } from '@otklik/domain';
import type { Dialled, LocalizedText } from '../channel.ts';
import { ProviderTrouble } from './callProvider.ts';

/** Somebody stands there and waits for the word. */
export const DIAL_TIMEOUT_MS = 10 * SECOND;

/**
 * Dials by one request: `ask` resolves with null when the exchange took it, else with why not. A refusal (4xx) surely did not
 * dial; of a request without an answer, or with a fault of the exchange's own, nobody knows. It is never made twice.
 * `wordsOf` finds the exchange's reason in the body of a refusal.
 */
export async function dialBy(
  provider: string,
  ask: () => Promise<LocalizedText | null>,
  wordsOf: (answer: string) => string | null = () => null,
): Promise<Dialled> {
  try {
    const said = await ask();
    return said === null ? { outcome: 'dialled' } : { outcome: 'refused', said };
  } catch (error) {
    if (!(error instanceof ProviderTrouble)) throw error;
    if (error.neverAsked) return { outcome: 'refused', said: error.said };
    const { status } = error;
    if (status === null || status === 408 || status >= 500 || status < 400)
      return { outcome: 'unknown', said: nobodyKnows(error.said) };
    if (status === 429) return { outcome: 'refused', said: tooOften(provider) };
    const words = status === 401 || status === 403 ? null : wordsOf(error.answer());
    return { outcome: 'refused', said: words === null ? error.said : refusedBy(provider, words) };
  }
}

/** The exchange's own words, whatever language it speaks. */
export const refusedBy = (provider: string, words: string): LocalizedText => ({
  ru: `${provider} не принимает вызов: ${words.slice(0, 200)}`,
  en: `${provider} does not take the call: ${words.slice(0, 200)}`,
});

const nobodyKnows = ({ ru, en }: LocalizedText): LocalizedText => ({
  ru: `не знаем, набрала ли АТС: ${ru}`,
  en: `nobody knows whether the exchange dialled: ${en}`,
});

const tooOften = (provider: string): LocalizedText => ({
  ru: `${provider} просит не так часто, попробуйте через минуту`,
  en: `${provider} wants fewer requests, try again in a minute`,
});

/** The text under one of these names in a JSON object; null when there is none. */
export function wordsUnder(...names: readonly string[]): (answer: string) => string | null {
  return (answer) => {
    try {
      const told: unknown = JSON.parse(answer);
      if (told === null || typeof told !== 'object') return null;
      const found = names.map((name): unknown => Reflect.get(told, name));
      return (found.find((each) => typeof each === 'string' && each !== '') as string | undefined) ?? null;
    } catch {
      return null;
    }
  };
}
