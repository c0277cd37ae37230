import type { FakeChat } from './chat.ts';
import type { Call } from './methods.ts';
import { Refusal } from './refusal.ts';

/** The chat of `chat_id`, if the bot may write there. */
export function readChat({ bot, params }: Call): FakeChat {
  const chatId = params.integer('chat_id');
  if (chatId === null) throw Refusal.malformed('chat_id is empty');
  const person = bot.telegram.people.get(chatId);
  if (person === undefined) throw Refusal.impossible('chat not found');
  const chat = bot.chat(person);
  if (!chat.isStarted) throw Refusal.forbidden("bot can't initiate conversation with a user");
  if (chat.isBlocked) throw Refusal.forbidden('bot was blocked by the user');
  return chat;
}
