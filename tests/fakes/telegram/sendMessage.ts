import type { FakeBot } from './bot.ts';
import { type FakeChat, FakeMessage } from './chat.ts';
import { readText } from './formattedText.ts';
import { type Keyboard, readKeyboard } from './keyboard.ts';
import type { Call } from './methods.ts';
import { isObject } from './params.ts';
import { Refusal } from './refusal.ts';
import { sendElsewhere } from './sendElsewhere.ts';
import { readChat } from './target.ts';

/** https://core.telegram.org/bots/api#sendmessage */
export function sendMessage(call: Call): unknown {
  const { bot, params } = call;
  params.flag('disable_notification');
  params.flag('protect_content');
  const text = readText(call);
  const buttons = readMarkup(call);
  const elsewhere = sendElsewhere(call, text.text);
  if (elsewhere !== null) return elsewhere;
  const chat = readChat(call);
  const replyTo = readReply(call, chat);
  respectLimits(bot, chat);
  const { clock, changes } = bot.telegram;
  const at = clock.now();
  const message = new FakeMessage(
    { messageId: bot.newMessageId(), from: 'bot', replyTo, date: clock.seconds(), content: {} },
    { ...text, buttons, at },
  );
  chat.messages.push(message);
  changes.happened();
  return bot.messageBody(chat, message);
}

export function readMarkup({ bot, params }: Call): Keyboard {
  const markup = params.object('reply_markup');
  if (markup === null || markup.force_reply === true || markup.remove_keyboard === true) return [];
  if (!('inline_keyboard' in markup)) throw Refusal.malformed('object expected as reply markup');
  return readKeyboard(markup, bot.mentionable);
}

/** https://core.telegram.org/bots/api#replyparameters, within the chat. */
export function readReply({ params }: Call, chat: FakeChat): number | null {
  const reply = params.object('reply_parameters');
  if (reply === null) return null;
  const {
    message_id: messageId,
    chat_id: chatId,
    allow_sending_without_reply: mayBeMissing,
    ...others
  } = reply;
  const stranger = Object.keys(others)[0];
  if (stranger !== undefined) throw Refusal.malformed(`unknown field "${stranger}" in ReplyParameters`);
  if (typeof messageId !== 'number') throw Refusal.malformed('message to be replied must be specified');
  if (chatId !== undefined && chatId !== chat.person.id) throw Refusal.malformed('reply to another chat');
  if (chat.message(messageId) !== null) return messageId;
  if (mayBeMissing === true) return null;
  throw Refusal.impossible('message to be replied not found');
}

/** One message a second per chat, 30 in all: https://core.telegram.org/bots/faq#broadcasting-to-users */
export function respectLimits(bot: FakeBot, chat: FakeChat): void {
  const now = bot.telegram.clock.now();
  const recent = bot.sentAt.filter((at) => now - at < 1000);
  const isTooMuch = now - chat.lastSentAt < 1000 || recent.length >= 30;
  if (bot.telegram.rateLimits.areEnforced && isTooMuch) throw Refusal.tooMany(1);
  bot.sentAt = [...recent, now];
  chat.lastSentAt = now;
}

/** An edit allows only an inline keyboard. */
export function readInlineKeyboard({ bot, params }: Call): Keyboard {
  const markup = params.object('reply_markup');
  if (markup === null) return [];
  if (!isObject(markup) || !('inline_keyboard' in markup))
    throw Refusal.malformed('inline keyboard expected');
  return readKeyboard(markup, bot.mentionable);
}
