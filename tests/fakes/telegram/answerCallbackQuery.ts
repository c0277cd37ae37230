import type { Call } from './methods.ts';
import { Refusal } from './refusal.ts';

export const QUERY_LIFETIME_S = 150;
const LONGEST = 200;

/** https://core.telegram.org/bots/api#answercallbackquery */
export function answerCallbackQuery({ bot, params }: Call): true {
  const id = params.text('callback_query_id');
  const text = params.text('text');
  const showAlert = params.flag('show_alert');
  params.integer('cache_time');
  params.text('url');
  if (id === null) throw Refusal.malformed('callback query identifier is not specified');
  if (text !== null && [...text].length > LONGEST) throw Refusal.malformed('MESSAGE_TOO_LONG');
  const press = bot.presses.get(id);
  const { clock, changes } = bot.telegram;
  if (press === undefined || clock.now() - press.at >= QUERY_LIFETIME_S * 1000) {
    throw Refusal.impossible('query is too old and response timeout expired or query ID is invalid');
  }
  press.answer = { text, showAlert };
  changes.happened();
  return true;
}
