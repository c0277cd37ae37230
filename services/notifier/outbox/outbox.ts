import type { Transport } from '@otklik/domain';
import { claimDue, tryOldest } from '@otklik/store';
import type { Bundle, NoticeTransport } from '../transports/transport.ts';
import { createAvailability } from './availability.ts';
import { lanesOf } from './bundles.ts';
import { type Aftermath, createDelivery, type OutboxDeps } from './delivery.ts';

const MOST_CLAIMED = 200;

export interface Outbox {
  /** Resolves when all that is due is claimed. */
  drain(): Promise<void>;
  idle(): Promise<void>;
}

/** One transport's part. A slow hand-over holds up nobody: more is claimed while there is room. */
export function createOutbox(
  transport: Transport,
  sender: NoticeTransport,
  deps: OutboxDeps,
  aftermath: Aftermath,
  onFree: () => void = () => {},
): Outbox {
  const onTheWay = new Set<Promise<void>>();
  /** Of a transport that sends in turn. */
  const busy = new Set<string>();
  const availability = createAvailability();
  const deliver = createDelivery({ transport, sender, deps, aftermath, availability, onFree });

  const inOrder = async (lane: readonly Bundle[]): Promise<void> => {
    for (const bundle of lane)
      await deliver(bundle).catch((error) =>
        deps.log.error({ err: error, notice: bundle[0].id }, 'a notice could not be followed up'),
      );
  };
  const start = (lane: readonly Bundle[]): void => {
    const recipient = sender.inTurn ? (lane[0]?.[0].recipient ?? null) : null;
    const sending = inOrder(lane).finally(() => {
      onTheWay.delete(sending);
      if (recipient === null) return;
      busy.delete(recipient);
      onFree();
    });
    onTheWay.add(sending);
    if (recipient !== null) busy.add(recipient);
  };

  return {
    drain: async () => {
      const now = deps.now();
      if (availability.isProbeDue(now)) await tryOldest(deps.store, transport, now);
      for (;;) {
        // A claim is a transaction: not one for each free place.
        const room = sender.atOnce - onTheWay.size;
        if (room < sender.atOnce / 2) {
          await Promise.race(onTheWay);
          continue;
        }
        const limit = Math.min(room, MOST_CLAIMED);
        const claim = { limit, together: sender.together, except: [...busy] };
        const { notices, more } = await claimDue(deps.store, transport, deps.now(), claim);
        for (const lane of lanesOf(notices, sender)) start(lane);
        if (!more) return;
      }
    },
    idle: async () => {
      while (onTheWay.size > 0) await Promise.all(onTheWay);
    },
  };
}
