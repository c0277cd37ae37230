import { type EpochMs, SECOND, type Transport } from '@otklik/domain';
import { type ClaimedNotice, claimNotices, type Delivered, markDelivered, type Store } from '@otklik/store';
import type { Log, Metrics } from '@otklik/telemetry';
import { insist } from './insist.ts';
import type { HandOver, NoticeTransport } from './transports/transport.ts';

export interface OutboxWorld {
  store: Store;
  metrics: Metrics;
  log: Log;
  now(): EpochMs;
}

/** How often a notice is tried: with the pauses below, for a little over an hour. Then it is a dead letter. */
const MOST_ATTEMPTS = 20;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 5 * 60 * SECOND;
const MOST_CLAIMED = 200;
/** Later than this, and not by the clock's fault, it is the transport that was slow. */
const IN_TIME_MS = SECOND;

export interface Outbox {
  /** Sends what is due and room for; resolves when everything that is due has been claimed. */
  drain(): Promise<void>;
  /** Resolves when nothing is on its way. */
  idle(): Promise<void>;
}

/** One transport's share of the outbox. A slow hand-over holds up nobody: the next are claimed while there is room. */
export function createOutbox(
  transport: Transport,
  sender: NoticeTransport,
  world: OutboxWorld,
  onDead: (notice: ClaimedNotice, problem: string) => Promise<void>,
): Outbox {
  const onTheWay = new Set<Promise<void>>();
  let outcomes: Delivered[] = [];
  let marking: Promise<void> = Promise.resolve();

  /** Outcomes that come together are written together. */
  const mark = (outcome: Delivered): Promise<void> => {
    outcomes.push(outcome);
    if (outcomes.length === 1) {
      marking = marking
        .then(() => new Promise((resolve) => setImmediate(resolve)))
        .then(() => {
          const batch = outcomes;
          outcomes = [];
          return write(batch);
        });
    }
    return marking;
  };
  const write = (batch: readonly Delivered[]): Promise<void> =>
    insist(
      () => markDelivered(world.store, batch),
      (error) =>
        world.log.error(
          { err: error, transport, notices: batch.length },
          'what became of notices could not be written down; it is tried again',
        ),
    );

  const sendOne = async (claimed: ClaimedNotice): Promise<void> => {
    const at = world.now();
    const slow =
      claimed.type === 'wait.step' && claimed.late_reason === null && at - claimed.due_at > IN_TIME_MS;
    const notice: ClaimedNotice = slow ? { ...claimed, late_reason: 'transport' } : claimed;
    const result = await sender.send(notice, at).catch(
      (error): HandOver => ({
        outcome: 'retry',
        afterMs: null,
        problem: error instanceof Error ? error.message : String(error),
      }),
    );
    const outcome = outcomeOf(notice, result, world.now());
    world.metrics.notices.inc({
      transport,
      outcome: outcome.state === 'pending' ? 'retried' : outcome.state,
    });
    if (outcome.state === 'sent')
      world.metrics.noticeDelivery.observe({ transport }, Math.max(0, at - notice.due_at) / SECOND);
    else
      world.log.warn(
        { notice: notice.id, transport, problem: outcome.problem, attempts: notice.attempts },
        outcome.state === 'failed' ? 'a notice could not be sent' : 'a notice is tried again',
      );
    await mark(outcome);
    if (outcome.state === 'failed') await onDead(notice, outcome.problem);
  };

  return {
    drain: async () => {
      for (;;) {
        // A claim is a transaction: one for each place that comes free would cost more than the sending.
        const room = sender.atOnce - onTheWay.size;
        if (room < sender.atOnce / 2) {
          await Promise.race(onTheWay);
          continue;
        }
        const limit = Math.min(room, MOST_CLAIMED);
        const claimed = await claimNotices(world.store, transport, world.now(), limit);
        for (const notice of claimed) {
          const sending: Promise<void> = sendOne(notice)
            .catch((error) =>
              world.log.error({ err: error, notice: notice.id }, 'a notice could not be followed up'),
            )
            .finally(() => onTheWay.delete(sending));
          onTheWay.add(sending);
        }
        if (claimed.length < limit) return;
      }
    },
    idle: async () => {
      while (onTheWay.size > 0) await Promise.all(onTheWay);
    },
  };
}

function outcomeOf(notice: ClaimedNotice, result: HandOver, now: EpochMs): Delivered {
  switch (result.outcome) {
    case 'sent': {
      const { chatId, messageId, text } = result;
      return {
        id: notice.id,
        state: 'sent',
        at: now,
        ...(chatId !== undefined && { chatId }),
        ...(messageId !== undefined && { messageId }),
        ...(text !== undefined && { text }),
      };
    }
    case 'refused':
      return { id: notice.id, state: 'failed', problem: result.problem };
    case 'retry':
      if (notice.attempts >= MOST_ATTEMPTS)
        return {
          id: notice.id,
          state: 'failed',
          problem: `given up after ${notice.attempts} attempts: ${result.problem}`,
        };
      return {
        id: notice.id,
        state: 'pending',
        retryAt: now + retryAfter(notice.attempts, result.afterMs),
        problem: result.problem,
      };
  }
}

/** What the transport asks for, or twice as long as the last time. */
export function retryAfter(attempts: number, askedMs: number | null): number {
  return askedMs ?? Math.min(FIRST_RETRY_MS * 2 ** Math.max(0, attempts - 1), LONGEST_RETRY_MS);
}
