import { type EpochMs, SECOND, type Transport } from '@otklik/domain';
import {
  type ChatMessage,
  type ClaimedNotice,
  claimDue,
  type Delivered,
  type Failing,
  joinMessage,
  markDelivered,
  type Store,
  type Together,
  tryAgainNow,
  tryOldest,
} from '@otklik/store';
import type { Log, Metrics } from '@otklik/telemetry';
import { backoffMs, retryForever } from '@otklik/timing';
import { withBlame } from './messages/told.ts';
import type { Bundle, HandOver, NoticeTransport } from './transports/transport.ts';

export interface OutboxDeps {
  store: Store;
  metrics: Metrics;
  log: Log;
  now(): EpochMs;
}

/** A notice is tried so often at least, and for so long. Then it is a dead letter. */
const MOST_ATTEMPTS = 20;
const LONGEST_TRYING_MS = 60 * 60 * SECOND;
/** While a transport does not answer, one notice is tried so often: as soon as it does, all that wait go out. */
const PROBE_EVERY_MS = 5 * SECOND;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 5 * 60 * SECOND;
const MOST_CLAIMED = 200;
/** Who has been buzzed so lately is not buzzed again: what comes is added to that message by an edit, which is silent. */
const JOINS_WITHIN_MS = 3 * SECOND;

/** What follows from what became of notices, beside the outbox itself. Done again it changes nothing. */
export interface Aftermath {
  /** The transport does not bring this notice: who else is told, and by what. Before it is written down, so that no crash comes between. */
  failing(notice: ClaimedNotice, how: Failing): Promise<void>;
  /** Nothing gets through to this person by it. */
  deadEnd(recipient: string, problem: string): Promise<void>;
  /** It refuses us. */
  closed(problem: string): Promise<void>;
  /** Something got through. */
  reached(recipient: string): Promise<void>;
}

/** A notice that a transport has not taken for so long goes by the person's next one as well: the window is minutes. */
const SLOW_AFTER_MS = 20 * SECOND;

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
  deps: OutboxDeps,
  aftermath: Aftermath,
  /** Something for this person may have come due while their last message was on its way. */
  onFree: () => void = () => {},
): Outbox {
  const onTheWay = new Set<Promise<void>>();
  /** Whose messages are on the way, of a transport that sends them in turn. */
  const busy = new Set<string>();
  const lastMessages = new Map<string, ChatMessage & { readonly at: EpochMs }>();
  /** The transport has not answered since then, as far as we have tried; null: it does. */
  let awaySince: EpochMs | null = null;
  let probedAt = 0;
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
    retryForever(
      () => markDelivered(deps.store, batch),
      (error) =>
        deps.log.error(
          { err: error, transport, notices: batch.length },
          'what became of notices could not be written down; it is tried again',
        ),
    );

  const send = async (claimed: Bundle): Promise<void> => {
    if (await joined(claimed)) return;
    const at = deps.now();
    const [first, ...rest] = claimed;
    const bundle: Bundle = [withBlame(first, at), ...rest.map((notice) => withBlame(notice, at))];
    const result = await sender.send(bundle, at).catch(
      (error): HandOver => ({
        outcome: 'retry',
        afterMs: null,
        problem: error instanceof Error ? error.message : String(error),
      }),
    );
    const now = deps.now();
    await heed(result, now);
    await follow(result, first.recipient);
    await Promise.all(
      bundle.map(async (notice) => {
        const outcome = outcomeOf(notice, result, now);
        count(notice, outcome, at);
        const how = failingOf(notice, result, outcome);
        if (how !== null) await surely(() => aftermath.failing(notice, how));
        await mark(outcome);
      }),
    );
    if (result.outcome === 'sent' && first.recipient !== null && isStep(first) && !first.held) {
      const { chatId, messageId } = result;
      if (chatId !== undefined && messageId !== undefined)
        lastMessages.set(first.recipient, { chatId, messageId, at: now });
    }
  };

  /** Whether the transport is there: with the first thing that it takes again, all that waits is due. */
  const heed = async (result: HandOver, now: EpochMs): Promise<void> => {
    if (result.outcome === 'retry' && result.afterMs === null) awaySince ??= now;
    if (result.outcome !== 'sent' || awaySince === null) return;
    awaySince = null;
    await surely(async () => {
      if (await tryAgainNow(deps.store, transport, now)) onFree();
    });
  };

  /** What the hand-over says of the transport and of its recipient. */
  const follow = async (result: HandOver, recipient: string | null): Promise<void> => {
    if (result.outcome === 'closed') await surely(() => aftermath.closed(result.problem));
    if (recipient === null) return;
    if (result.outcome === 'sent') await surely(() => aftermath.reached(recipient));
    if (result.outcome === 'refused' && result.isDeadEnd)
      await surely(() => aftermath.deadEnd(recipient, result.problem));
  };
  const surely = (work: () => Promise<void>): Promise<void> =>
    retryForever(work, (error) =>
      deps.log.error({ err: error, transport }, 'a notice could not be followed up; it is tried again'),
    );

  /** Whether these notices have been added to the message that their recipient got a moment ago. */
  const joined = async (bundle: Bundle): Promise<boolean> => {
    const [first] = bundle;
    const at = deps.now();
    const last = first.recipient === null ? undefined : lastMessages.get(first.recipient);
    if (!last || !isStep(first) || first.held || at - last.at > JOINS_WITHIN_MS) return false;
    const done = await joinMessage(deps.store, last, bundle, at).catch((error) => {
      deps.log.warn({ err: error, transport }, 'notices could not join a message; they are sent');
      return false;
    });
    if (done) for (const { id } of bundle) count(first, { id, state: 'sent', at }, at);
    return done;
  };

  const count = (notice: ClaimedNotice, outcome: Delivered, at: EpochMs): void => {
    deps.metrics.notices.inc({
      transport,
      outcome: outcome.state === 'pending' ? 'retried' : outcome.state,
    });
    if (outcome.state !== 'sent')
      deps.log.warn(
        { notice: notice.id, transport, problem: outcome.problem, attempts: notice.attempts },
        outcome.state === 'failed' ? 'a notice could not be sent' : 'a notice is tried again',
      );
    else if (!notice.held)
      deps.metrics.noticeDelivery.observe({ transport }, Math.max(0, at - notice.due_at) / SECOND);
  };

  /** Sends bundles one after the other. A failure to follow one up does not hold up the next. */
  const start = (bundles: readonly Bundle[], recipient: string | null): void => {
    const sending: Promise<void> = (async () => {
      for (const bundle of bundles)
        await send(bundle).catch((error) =>
          deps.log.error({ err: error, notice: bundle[0].id }, 'a notice could not be followed up'),
        );
    })().finally(() => {
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
      if (awaySince !== null && deps.now() - probedAt >= PROBE_EVERY_MS) {
        probedAt = deps.now();
        await tryOldest(deps.store, transport, probedAt);
      }
      for (;;) {
        // A claim is a transaction: one for each place that comes free would cost more than the sending.
        const room = sender.atOnce - onTheWay.size;
        if (room < sender.atOnce / 2) {
          await Promise.race(onTheWay);
          continue;
        }
        const limit = Math.min(room, MOST_CLAIMED);
        const claim = { limit, together: sender.together, except: [...busy] };
        const { notices, more } = await claimDue(deps.store, transport, deps.now(), claim);
        for (const bundles of lanesOf(notices, sender)) {
          const recipient = sender.inTurn ? (bundles[0]?.[0].recipient ?? null) : null;
          start(bundles, recipient);
        }
        if (!more) return;
      }
    },
    idle: async () => {
      while (onTheWay.size > 0) await Promise.all(onTheWay);
    },
  };
}

const isStep = ({ type, data }: ClaimedNotice): boolean => type === 'wait.step' && data === null;

/** What goes over at the same time, each lane one bundle after the other. */
function lanesOf(notices: readonly ClaimedNotice[], { together, inTurn }: NoticeTransport): Bundle[][] {
  const bundles = bundlesOf(notices, together);
  if (!inTurn) return bundles.map((bundle) => [bundle]);
  return [...Map.groupBy(bundles, ([{ recipient, id }]) => recipient ?? id).values()];
}

/** One person's steps are one message, and so are the ends of waits, and what their quiet hours held back; all else goes by itself. */
function bundlesOf(notices: readonly ClaimedNotice[], together: Together): Bundle[] {
  const groups = Map.groupBy(notices, (notice) => {
    if (notice.type === 'wait.ended') return `ended ${notice.recipient}`;
    const alone = notice.recipient === null || !isStep(notice) || (together === 'held' && !notice.held);
    return alone ? notice.id : `${notice.held ? 'held' : 'now'} ${notice.recipient}`;
  });
  return [...groups.values()].flatMap(([first, ...rest]) => (first ? [[first, ...rest] as const] : []));
}

/** How a notice fails to get through; null while it does not. */
function failingOf(notice: ClaimedNotice, result: HandOver, outcome: Delivered): Failing | null {
  if (result.outcome === 'closed') return 'closed';
  if (outcome.state === 'failed') return 'refused';
  if (outcome.state !== 'pending' || notice.tried_since === undefined) return null;
  return outcome.retryAt - notice.tried_since >= SLOW_AFTER_MS ? 'slow' : null;
}

function outcomeOf(notice: ClaimedNotice, result: HandOver, now: EpochMs): Delivered {
  switch (result.outcome) {
    case 'sent': {
      const { chatId, messageId, text, mail } = result;
      return {
        id: notice.id,
        state: 'sent',
        at: now,
        ...(chatId !== undefined && { chatId }),
        ...(messageId !== undefined && { messageId }),
        ...(text !== undefined && { text }),
        ...(mail !== undefined && { mail }),
      };
    }
    case 'refused':
      return { id: notice.id, state: 'failed', problem: result.problem };
    case 'closed':
      return {
        id: notice.id,
        state: 'pending',
        retryAt: now + retryAfter(notice.attempts, null),
        problem: result.problem,
      };
    case 'retry':
      if (notice.attempts >= MOST_ATTEMPTS && now - (notice.tried_since ?? 0) >= LONGEST_TRYING_MS)
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
  return askedMs ?? backoffMs({ firstBackoffMs: FIRST_RETRY_MS, maxBackoffMs: LONGEST_RETRY_MS }, attempts);
}
