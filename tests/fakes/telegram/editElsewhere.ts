import type { Call } from './methods.ts';
import { Refusal } from './refusal.ts';
import type { SentElsewhere } from './sendElsewhere.ts';

/** Edits outside private chats; null inside. */
export function editElsewhere(
  { bot, params }: Call,
  messageId: number,
  text: string,
  isCaption: boolean,
): unknown {
  const chat = params.integer('chat_id') ?? 0;
  const connection = params.text('business_connection_id');
  if (chat > 0 && connection === null) return null;
  const index = bot.sentElsewhere.findIndex(
    (sent) => sent.chat === chat && sent.messageId === messageId && sent.connection === connection,
  );
  const sent: SentElsewhere | undefined = bot.sentElsewhere[index];
  if (sent === undefined) throw Refusal.impossible('message to edit not found');
  assertEditable(sent.file !== null, isCaption);
  if (sent.text === text) throw Refusal.impossible('message is not modified');
  bot.sentElsewhere[index] = { ...sent, text };
  bot.telegram.changes.happened();
  return { message_id: messageId, date: bot.telegram.clock.seconds(), chat: { id: chat } };
}

/** Text or caption must match the message. */
export function assertEditable(hasFile: boolean, isCaption: boolean): void {
  if (hasFile && !isCaption) throw Refusal.impossible('there is no text in the message to edit');
  if (!hasFile && isCaption) throw Refusal.impossible('there is no caption in the message to edit');
}
