import { type EpochMs, SECOND, type Transport } from '@otklik/domain';
import {
  type ClaimedNotice,
  type Delivered,
  type Failing,
  joinMessage,
  markDelivered,
  type Store,
  tryAgainNow,
} from '@otklik/store';
import type { Log, Metrics } from '@otklik/telemetry';
import { retryForever } from '@otklik/timing';
import { withBlame } from '../messages/told.ts';
import type { Bundle, HandOver, NoticeTransport } from '../transports/transport.ts';
import type { Availability } from './availability.ts';
import { createBatchWrites } from './batchWrites.ts';
import { createLastMessages } from './lastMessages.ts';
import { failingOf, outcomeOf } from './outcome.ts';

export interface OutboxDeps {
  store: Store;
  metrics: Metrics;
  log: Log;
  now(): EpochMs;
}

/** What follows from an outcome. Doing it twice changes nothing. */
export interface Aftermath {
  /** Asks somebody else, or by another transport. Written before the outcome, so that no crash comes between. */
  failing(notice: ClaimedNotice, how: Failing): Promise<void>;
  /** Nothing reaches this person by the transport. */
  deadEnd(recipient: string, problem: string): Promise<void>;
  /** The transport refuses us. */
  closed(problem: string): Promise<void>;
  reached(recipient: string): Promise<void>;
}

/** One transport and what it works with. */
export interface Sending {
  readonly transport: Transport;
  readonly sender: NoticeTransport;
  readonly deps: OutboxDeps;
  readonly aftermath: Aftermath;
  readonly availability: Availability;
  /** More may be due now. */
  readonly onFree: () => void;
}

/** Resolves when the outcome is written and followed up. */
export function createDelivery(sending: Sending): (bundle: Bundle) => Promise<void> {
  const { sender, deps } = sending;
  const lastMessages = createLastMessages();
  const mark = createBatchWrites((batch: readonly Delivered[]) => write(batch, sending));

  const join = async (bundle: Bundle): Promise<boolean> => {
    const at = deps.now();
    const last = lastMessages.toJoin(bundle, at);
    if (last === null || !(await joined(last, bundle, at, sending))) return false;
    for (const notice of bundle) count(notice, { id: notice.id, state: 'sent', at }, at, sending);
    return true;
  };

  return async (claimed) => {
    if (await join(claimed)) return;
    const at = deps.now();
    const [first, ...rest] = claimed;
    const bundle: Bundle = [withBlame(first, at), ...rest.map((notice) => withBlame(notice, at))];
    const result = await sender.send(bundle, at).catch(asRetry);
    const now = deps.now();
    await follow(result, first.recipient, now, sending);
    await Promise.all(
      bundle.map(async (notice) => {
        const outcome = outcomeOf(notice, result, now);
        count(notice, outcome, at, sending);
        const how = failingOf(notice, result, outcome);
        if (how !== null) await surely(() => sending.aftermath.failing(notice, how), sending);
        await mark(outcome);
      }),
    );
    lastMessages.remember(bundle, result, now);
  };
}

const asRetry = (error: unknown): HandOver => ({
  outcome: 'retry',
  afterMs: null,
  problem: error instanceof Error ? error.message : String(error),
});

async function joined(
  message: Parameters<typeof joinMessage>[1],
  bundle: Bundle,
  at: EpochMs,
  { deps, transport }: Sending,
): Promise<boolean> {
  try {
    return await joinMessage(deps.store, message, bundle, at);
  } catch (error) {
    deps.log.warn({ err: error, transport }, 'notices could not join a message; they are sent');
    return false;
  }
}

async function follow(
  result: HandOver,
  recipient: string | null,
  now: EpochMs,
  sending: Sending,
): Promise<void> {
  const { availability, aftermath, deps, transport, onFree } = sending;
  if (availability.isBack(result))
    await surely(async () => {
      if (await tryAgainNow(deps.store, transport, now)) onFree();
    }, sending);
  if (result.outcome === 'closed') await surely(() => aftermath.closed(result.problem), sending);
  if (recipient === null) return;
  if (result.outcome === 'sent') await surely(() => aftermath.reached(recipient), sending);
  if (result.outcome === 'refused' && result.isDeadEnd)
    await surely(() => aftermath.deadEnd(recipient, result.problem), sending);
}

const surely = (work: () => Promise<void>, { deps, transport }: Sending): Promise<void> =>
  retryForever(work, (error) =>
    deps.log.error({ err: error, transport }, 'a notice could not be followed up; it is tried again'),
  );

const write = (batch: readonly Delivered[], { deps, transport }: Sending): Promise<void> =>
  retryForever(
    () => markDelivered(deps.store, batch),
    (error) =>
      deps.log.error(
        { err: error, transport, notices: batch.length },
        'what became of notices could not be written down; it is tried again',
      ),
  );

function count(notice: ClaimedNotice, outcome: Delivered, at: EpochMs, { deps, transport }: Sending): void {
  deps.metrics.notices.inc({ transport, outcome: outcome.state === 'pending' ? 'retried' : outcome.state });
  if (outcome.state !== 'sent')
    deps.log.warn(
      { notice: notice.id, transport, problem: outcome.problem, attempts: notice.attempts },
      outcome.state === 'failed' ? 'a notice could not be sent' : 'a notice is tried again',
    );
  else if (!notice.held)
    deps.metrics.noticeDelivery.observe({ transport }, Math.max(0, at - notice.due_at) / SECOND);
}
