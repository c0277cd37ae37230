import type { Config } from '@otklik/config';
import type { Person } from '@otklik/domain';
import { type ClaimedNotice, noticesInChat, type Store } from '@otklik/store';

/** A ping is for whom it was sent to, whatever a forged press says; beside them the head of the wait's channel may act on it. */
export function mayActOn({ recipient, wait }: ClaimedNotice, person: Person, config: Config): boolean {
  return recipient === person.id || config.channels.get(wait?.channel ?? '')?.head === person.id;
}

/** Whether the message that this notice stands on tells of others too. */
export async function isOnList({ held, chat_id, message_id }: ClaimedNotice, store: Store): Promise<boolean> {
  if (held) return true;
  return chat_id !== null && message_id !== null && (await waitsOn(store, chat_id, message_id)).size > 1;
}

/** The waits that the message with this number tells of, each with a notice about it. */
export async function waitsOn(
  store: Store,
  chat: number,
  message: number,
): Promise<Map<string, { id: string }>> {
  const notices = await noticesInChat(store, chat, message);
  return new Map(notices.map((notice) => [notice.wait_id, notice]));
}
