import type { Config } from '@otklik/config';
import type { Person } from '@otklik/domain';
import { type ClaimedNotice, noticesInChat, type Store } from '@otklik/store';

/** Its recipient and the head of its channel. A press may be forged. */
export function mayActOn({ recipient, wait }: ClaimedNotice, person: Person, config: Config): boolean {
  return recipient === person.id || config.channels.get(wait?.channel ?? '')?.head === person.id;
}

/** The message tells of other waits too. */
export async function isOnList({ held, chat_id, message_id }: ClaimedNotice, store: Store): Promise<boolean> {
  if (held) return true;
  return chat_id !== null && message_id !== null && (await waitsOn(store, chat_id, message_id)).size > 1;
}

/** Each with its notice. */
export async function waitsOn(
  store: Store,
  chat: number,
  message: number,
): Promise<Map<string, { id: string }>> {
  const notices = await noticesInChat(store, chat, message);
  return new Map(notices.map((notice) => [notice.wait_id, notice]));
}
