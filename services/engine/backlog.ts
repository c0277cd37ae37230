import { setTimeout as pause } from 'node:timers/promises';
import {
  type Backlog,
  type BacklogState,
  type EpochMs,
  type Event,
  holdFor,
  LONGEST_HOLD,
  SECOND,
  UNDER_WAY,
} from '@otklik/domain';
import type { JobQueue } from '@otklik/queue';
import { type KnownSpool, type Store, spoolReports } from '@otklik/store';
import { withTimeout } from '@otklik/timing';

interface BacklogDeps {
  readonly store: Store;
  readonly queue: Pick<JobQueue<readonly Event[]>, 'unfinished'>;
  /** Whether this process takes events in as well: then it says before long what lies on its disk. */
  readonly takesIn: boolean;
  now(): EpochMs;
}

export interface BacklogWatch {
  /**
   * What is unrecorded now. Answers within a quarter of a second, whatever hangs.
   * `ableSince`: since when the clock could have fired; reports from before are worth nothing.
   */
  look(ableSince: EpochMs): Promise<BacklogState>;
}

/** So many jobs are read to learn their channels; of more, only their age. */
const MOST_JOBS = 50;
const ASK_WITHIN_MS = 3 * SECOND;
const ANSWER_WITHIN_MS = 250;
/** An answer that says that all is recorded holds good so long: of what came since, nothing is a second old. */
const GOOD_FOR_MS = 500;
/** Each ingest says every second what lies on its disk. */
const REPORTED_WITHIN_MS = 3 * SECOND;
/** A restart of the database drops the locks by which processes are known to live; they take them again within this time. */
const KNOWN_AGAIN_MS = 2 * SECOND;

interface Answer {
  readonly at: EpochMs;
  readonly jobs: Awaited<ReturnType<BacklogDeps['queue']['unfinished']>>;
  readonly spools: readonly KnownSpool[];
}

/** Knows which acknowledged events are not yet recorded: in the queue, in the hands of an engine be it dead, on the disk of an ingest (law 7). */
export function watchBacklog(deps: BacklogDeps): BacklogWatch {
  const startedAt = deps.now();
  let answer: Answer | null = null;
  let asking: { done: Promise<void>; since: EpochMs } | null = null;
  let begun: BacklogState['begun'] = new Map();

  const ask = async () => {
    const at = deps.now();
    const [jobs, spools] = await withTimeout(
      ASK_WITHIN_MS,
      Promise.all([deps.queue.unfinished(MOST_JOBS), spoolReports(deps.store)]),
    );
    answer = { at, jobs, spools };
  };
  /** Who hangs is waited for once, not at every look. */
  const askSoon = async (): Promise<void> => {
    asking ??= {
      since: deps.now(),
      done: ask()
        .catch(() => undefined) // the age of the last answer says it
        .finally(() => {
          asking = null;
        }),
    };
    const left = Math.min(ANSWER_WITHIN_MS, asking.since + ANSWER_WITHIN_MS - deps.now());
    if (left > 0) await Promise.race([asking.done, pause(left)]);
  };
  const backlogs = (ableSince: EpochMs): Backlog[] => {
    const now = deps.now();
    if (answer === null) return [anything('unasked', startedAt, now)];
    const { at } = answer;
    const isOwnMissing = answer.spools.every(({ instance }) => instance !== deps.store.instance);
    return [
      ...(at < ableSince ? [anything('unasked', at, now)] : []),
      ...(now - at > ANSWER_WITHIN_MS + GOOD_FOR_MS
        ? [{ source: 'unasked', since: at, channels: null }]
        : []),
      ...inQueue(answer.jobs),
      ...answer.spools.flatMap((spool) => onDisk(spool, at, ableSince, now)),
      ...(deps.takesIn && isOwnMissing ? [anything('own spool', startedAt, now)] : []),
    ];
  };
  return {
    look: async (ableSince) => {
      const age = answer === null ? Number.NaN : deps.now() - answer.at; // negative when the clock was set back
      const isGood = answer !== null && answer.at >= ableSince && age >= 0 && age < GOOD_FOR_MS;
      if (!isGood || begun.size > 0) await askSoon();
      const seen = holdFor(backlogs(ableSince), begun, { now: deps.now(), ableSince });
      begun = seen.begun;
      return seen;
    },
  };
}

/** Somebody has yet to say what they hold: it may be as old as they were silent, and nothing fires before they have said it. */
const anything = (source: string, silentSince: EpochMs, now: EpochMs): Backlog => ({
  source,
  since: Math.min(silentSince, now - UNDER_WAY - 1),
  channels: null,
});

function inQueue({ jobs, isAll }: Answer['jobs']): Backlog[] {
  const events = jobs.flat();
  if (events.length === 0) return [];
  const since = Math.min(...events.map(({ receivedAt }) => receivedAt));
  const channels = isAll ? [...new Set(events.map(({ channel }) => channel))] : null;
  return [{ source: 'queue', since, channels }];
}

function onDisk(spool: KnownSpool, askedAt: EpochMs, ableSince: EpochMs, now: EpochMs): Backlog[] {
  const source = `spool ${spool.spool}`;
  const silent = askedAt - spool.at;
  // An ingest that ended and did not come back is waited for as for any backlog, and then no more.
  if (spool.dead && silent > 2 * LONGEST_HOLD) return [];
  const isFresh = spool.at >= ableSince && silent <= REPORTED_WITHIN_MS;
  const isOver = spool.dead && askedAt - ableSince >= KNOWN_AGAIN_MS;
  if (!isFresh && !isOver) return [anything(source, spool.since ?? spool.at, now)];
  return spool.since === null ? [] : [{ source, since: spool.since, channels: spool.channels }];
}
