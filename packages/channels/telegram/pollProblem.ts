import type { BotApi } from './botApi.ts';
import type { CallFailure } from './callOutcome.ts';
import { heldByWebhook } from './heldByWebhook.ts';

const UNAUTHORIZED = 401;
const NOT_FOUND = 404;
const CONFLICT = 409;

/** Why a bot can't be polled and what to do about it, for a person. Contains no secrets: of a foreign webhook only the host is told. */
export async function pollProblem(api: BotApi, failure: CallFailure, signal: AbortSignal): Promise<string> {
  if (failure.code === UNAUTHORIZED || failure.code === NOT_FOUND) {
    return 'Telegram does not know the bot token (revoked or mistyped?): take the current one from @BotFather and put it into the config';
  }
  if (failure.code !== CONFLICT) return failure.problem;
  if (!failure.problem.includes('webhook')) {
    return 'another program polls this bot with the same token: stop it, or make a bot of its own for Otklik';
  }
  const info = await api.getWebhookInfo({ signal });
  return heldByWebhook(info.outcome === 'ok' ? info.result.url : null);
}
