import type { LocalizedText } from '../channel.ts';
import type { BotApi } from './botApi.ts';
import type { CallFailure } from './callOutcome.ts';
import { heldByWebhook } from './heldByWebhook.ts';

const UNAUTHORIZED = 401;
const NOT_FOUND = 404;
const CONFLICT = 409;

const UNKNOWN_TOKEN: LocalizedText = {
  ru: 'Telegram не знает токен бота (отозван или с опечаткой?): возьмите действующий у @BotFather и впишите в настройки',
  en: 'Telegram does not know the bot token (revoked or mistyped?): take the current one from @BotFather and put it into the config',
};

const POLLED_BY_ANOTHER: LocalizedText = {
  ru: 'с этим токеном бота опрашивает ещё одна программа: остановите её или заведите для Отклика своего бота',
  en: 'another program polls this bot with the same token: stop it, or make a bot of its own for Otklik',
};

/** Passes on the provider's own words. */
export const fromTelegram = (problem: string): LocalizedText => ({
  ru: `Telegram не отвечает: ${problem}`,
  en: problem,
});

/** Why polling fails, with advice. No secrets: of a foreign webhook only the host. */
export async function pollProblem(
  api: BotApi,
  failure: CallFailure,
  signal: AbortSignal,
): Promise<LocalizedText> {
  if (failure.code === UNAUTHORIZED || failure.code === NOT_FOUND) {
    return UNKNOWN_TOKEN;
  }
  if (failure.code !== CONFLICT) return fromTelegram(failure.problem);
  if (!failure.problem.includes('webhook')) {
    return POLLED_BY_ANOTHER;
  }
  const info = await api.getWebhookInfo({ signal });
  return heldByWebhook(info.outcome === 'ok' ? info.result.url : null);
}
