import { SECOND } from '@otklik/domain';
import type { Dialled, LocalizedText } from '../channel.ts';
import { ProviderTrouble } from './callProvider.ts';

/** A person is waiting. */
export const DIAL_TIMEOUT_MS = 10 * SECOND;

/**
 * Dials by one request, never repeated. `ask` resolves with null when accepted. A 4xx surely did not dial; without an
 * answer, or after a 5xx, nobody knows. `wordsOf` finds the reason in a refusal.
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

/** Passes on the exchange's own words, in its language. */
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

/** null if none of these JSON fields is text. */
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
