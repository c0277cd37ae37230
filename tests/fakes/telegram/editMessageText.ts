import { isDeepStrictEqual } from 'node:util';
import { assertEditable, editElsewhere } from './editElsewhere.ts';
import { type ReadText, readCaption, readText } from './formattedText.ts';
import type { Call } from './methods.ts';
import { Refusal } from './refusal.ts';
import { readInlineKeyboard } from './sendMessage.ts';
import { readChat } from './target.ts';

/** https://core.telegram.org/bots/api#editmessagetext. Without `reply_markup` the buttons disappear. */
export const editMessageText = (call: Call): unknown => edit(call, readText(call), false);

/** https://core.telegram.org/bots/api#editmessagecaption */
export const editMessageCaption = (call: Call): unknown => edit(call, readCaption(call), true);

function edit(call: Call, text: ReadText, isCaption: boolean): unknown {
  const { bot, params } = call;
  const messageId = params.integer('message_id');
  if (messageId === null) throw Refusal.malformed('message identifier is not specified');
  const buttons = readInlineKeyboard(call);
  const elsewhere = editElsewhere(call, messageId, text.text, isCaption);
  if (elsewhere !== null) return elsewhere;
  const chat = readChat(call);
  const message = chat.message(messageId);
  if (message === null) throw Refusal.impossible('message to edit not found');
  if (message.from !== 'bot') throw Refusal.impossible("message can't be edited");
  assertEditable(message.file !== null, isCaption);
  const before = message.current;
  const isSame =
    before.text === text.text &&
    isDeepStrictEqual([before.entities, before.buttons], [text.entities, buttons]);
  if (isSame) {
    throw Refusal.impossible(
      'message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message',
    );
  }
  message.versions.push({ ...text, buttons, at: bot.telegram.clock.now() });
  bot.telegram.changes.happened();
  return bot.messageBody(chat, message);
}
