import { type EpochMs, SECOND } from '@otklik/domain';
import type { ChatMessage } from '@otklik/store';
import type { Bundle, HandOver } from '../transports/transport.ts';
import { isStep } from './bundles.ts';

/** A second ping within this time does not buzz: a silent edit adds it to the last message. */
const JOINS_WITHIN_MS = 3 * SECOND;

export interface LastMessages {
  /** null: there is none. */
  toJoin(bundle: Bundle, now: EpochMs): ChatMessage | null;
  remember(bundle: Bundle, result: HandOver, now: EpochMs): void;
}

export function createLastMessages(): LastMessages {
  const by = new Map<string, ChatMessage & { readonly at: EpochMs }>();
  return {
    toJoin([first], now) {
      if (first.recipient === null || first.held || !isStep(first)) return null;
      const last = by.get(first.recipient);
      return last && now - last.at <= JOINS_WITHIN_MS ? last : null;
    },
    remember([first], result, now) {
      if (result.outcome !== 'sent' || first.recipient === null || first.held || !isStep(first)) return;
      const { chatId, messageId } = result;
      if (chatId !== undefined && messageId !== undefined)
        by.set(first.recipient, { chatId, messageId, at: now });
    },
  };
}
