import type { SentFile } from './chat.ts';
import type { Call } from './methods.ts';
import { Refusal } from './refusal.ts';

/** A message in a group or for a connected account. */
export interface SentElsewhere {
  readonly chat: number;
  readonly connection: string | null;
  readonly text: string;
  readonly messageId: number;
  readonly thread: number | null;
  readonly topic: number | null;
  readonly replyTo: unknown;
  readonly file: SentFile | null;
}

/** Sends outside private chats; null inside. */
export function sendElsewhere(call: Call, text: string, file: SentFile | null = null): unknown {
  const { bot, params } = call;
  const chat = params.integer('chat_id') ?? 0;
  const connection = params.text('business_connection_id');
  if (chat > 0 && connection === null) return null;
  const thread = params.integer('message_thread_id');
  const topic = params.integer('direct_messages_topic_id');
  const replyTo = params.object('reply_parameters')?.message_id ?? null;
  const sent = (messageId: number, type: string) => {
    const { clock, changes } = bot.telegram;
    bot.sentElsewhere.push({ chat, connection, text, messageId, thread, topic, replyTo, file });
    changes.happened();
    return { message_id: messageId, date: clock.seconds(), chat: { id: chat, type }, text };
  };
  if (connection !== null) {
    const account = bot.connections.get(connection);
    if (account === undefined || !account.isEnabled)
      throw Refusal.impossible('business connection not found');
    const messageId = account.newMessageId();
    account.echo(chat, messageId, text);
    return sent(messageId, 'private');
  }
  const group = bot.groups.get(chat);
  if (group === undefined) throw Refusal.impossible('chat not found');
  if (group.movedTo !== null) throw Refusal.moved(group.movedTo);
  if (group.status === 'left' || group.status === 'kicked')
    throw Refusal.forbidden('bot is not a member of the supergroup chat');
  return sent(group.newMessageId(), 'supergroup');
}
