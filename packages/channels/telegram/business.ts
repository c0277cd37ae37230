import type { Side } from '@otklik/domain';
import type { z } from 'zod';
import { type Connection, connectionFact, connectionName, readConnection } from './facts.ts';
import { type ClientReading, NOTHING, type Normalised, only } from './reading.ts';
import { isSpeech } from './speech.ts';
import { authorOf, linkToPerson, turn } from './turn.ts';
import type { connectionShape, deletedShape, TelegramMessage } from './updateShape.ts';

/**
 * A message from either side in an employee's private chat: https://core.telegram.org/bots/api#message
 * (`business_connection_id`).
 */
export function readBusinessMessage(message: TelegramMessage, reading: ClientReading): Normalised {
  const { account, known, receivedAt } = reading;
  const { chat, from, business_connection_id: id, sender_business_bot: bot } = message;
  if (!isSpeech(message)) return NOTHING;
  if (id === undefined || from === undefined)
    return { ...NOTHING, fault: '/business_message does not say whose account it is, or who wrote' };
  // Colleagues; or our own words, already on record.
  if (account.people.has(chat.id) || idOf(bot) === Number(account.account)) return NOTHING;
  const name = connectionName(id);
  const connection = readConnection(known.get(name));
  const seen: Connection | null = connection && { ...connection, seenAt: receivedAt };
  const place = placeOf(id, connection, chat.id);
  const side = sideOf(message);
  const person = side === 'client' ? from : undefined;
  return {
    ...only(
      turn(
        message,
        {
          thread: place,
          prefix: place,
          side,
          author: authorOf(message),
          link: linkToPerson(person?.username ?? chat.username, chat.id),
        },
        reading,
      ),
    ),
    facts: isWorthWriting(connection, receivedAt) ? new Map([[name, JSON.stringify(seen)]]) : new Map(),
  };
}

const SEEN_EVERY_MS = 60_000;

/** «Last seen» to the minute is enough. */
const isWorthWriting = (connection: Connection | null, now: number): boolean =>
  connection !== null && now - (connection.seenAt ?? 0) >= SEEN_EVERY_MS;

/** The thread goes by account, so that reconnecting keeps it; by connection where the account is unknown. */
const placeOf = (id: string, connection: Connection | null, chat: number): string =>
  connection === null ? `b_${id}/${chat}` : `b${connection.user}/${chat}`;

/** Greetings, away and scheduled messages are `from_offline`; other bots are named. */
function sideOf({
  from,
  chat,
  sender_business_bot: bot,
  is_from_offline: isAutomatic,
}: TelegramMessage): Side {
  if (isSet(bot) || isSet(isAutomatic)) return 'bot';
  if (from?.id !== chat.id) return 'employee';
  return from.is_bot ? 'bot' : 'client';
}

const isSet = (flag: unknown): boolean => flag !== undefined && flag !== null && flag !== false;

function idOf(bot: unknown): unknown {
  return typeof bot === 'object' && bot !== null && 'id' in bot ? bot.id : null;
}

/** Telegram does not say who deleted, so the wait goes on. */
export function readDeleted(
  { business_connection_id: id, chat, message_ids: messages }: z.infer<typeof deletedShape>,
  { known, channel, receivedAt }: ClientReading,
): Normalised {
  const place = placeOf(id, readConnection(known.get(connectionName(id))), chat.id);
  return only(
    ...messages.map((message) => ({
      kind: 'deletion' as const,
      channel: channel.id,
      id: `${place}:${message}/deleted`,
      of: `${place}:${message}`,
      thread: place,
      side: 'unknown' as const,
      author: { id: null, name: null, phone: null, email: null },
      at: receivedAt,
      atSource: 'arrival' as const,
      receivedAt,
      seq: null,
    })),
  );
}

/** Connected, disconnected, or new rights. */
export function readConnectionUpdate(
  update: z.infer<typeof connectionShape>,
  { known, receivedAt }: ClientReading,
): Normalised {
  const name = connectionName(update.id);
  const fact = connectionFact(update, readConnection(known.get(name)), receivedAt);
  return { ...NOTHING, facts: new Map([[name, JSON.stringify(fact)]]) };
}
