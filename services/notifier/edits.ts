import type { EpochMs } from '@otklik/domain';
import { type ClaimedMessage, claimEdits, markEdited, type Store } from '@otklik/store';
import type { Log } from '@otklik/telemetry';
import { retryAfter } from './outbox/outcome.ts';
import type { TelegramTransport } from './telegram/transport.ts';

export interface EditsDeps {
  readonly store: Store;
  readonly log: Log;
  now(): EpochMs;
}

export interface Edits {
  /** Starts what has room. */
  drain(): Promise<void>;
  idle(): Promise<void>;
}

/** Chats at the same time. */
const AT_ONCE = 20;

/** Keeps sent pings true, one edit after the other in a chat. A chat that hangs holds up no other. */
export function createEdits(
  telegram: Pick<TelegramTransport, 'edit'>,
  { store, log, now }: EditsDeps,
  /** More may be due in the chat. */
  onFree: () => void,
): Edits {
  const onTheWay = new Map<number, Promise<void>>();

  const edit = async (message: ClaimedMessage): Promise<void> => {
    const edited = await telegram.edit(message, now());
    const at = now();
    switch (edited.outcome) {
      case 'edited':
        return markEdited(store, message, { ...edited, at });
      case 'retry':
        return markEdited(store, message, { outcome: 'retry', retryAt: at + retryAfter(1, edited.afterMs) });
      case 'refused':
        log.warn({ notice: message.notices[0]?.id, problem: edited.problem }, 'a ping could not be edited');
        return markEdited(store, message, { outcome: 'refused', at });
    }
  };
  const start = (chat: number, messages: readonly ClaimedMessage[]): void => {
    const editing = (async () => {
      for (const message of messages)
        await edit(message).catch((error) =>
          log.error({ err: error, notice: message.notices[0]?.id }, 'an edit could not be followed up'),
        );
    })().finally(() => {
      onTheWay.delete(chat);
      onFree();
    });
    onTheWay.set(chat, editing);
  };

  return {
    drain: async () => {
      for (;;) {
        const room = AT_ONCE - onTheWay.size;
        if (room <= 0) return;
        const claimed = await claimEdits(store, now(), room, [...onTheWay.keys()]);
        for (const [chat, messages] of Map.groupBy(claimed, ({ chatId }) => chatId)) start(chat, messages);
        if (claimed.length < room) return;
      }
    },
    idle: async () => {
      while (onTheWay.size > 0) await Promise.all(onTheWay.values());
    },
  };
}
