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
  /** Whether this process ingests too: then its own report must exist. */
  readonly isIngest: boolean;
  now(): EpochMs;
}

export interface BacklogWatch {
  /** Answers within 250 ms, whatever hangs. Reports from before `ableSince` are worthless. */
  look(ableSince: EpochMs): Promise<BacklogState>;
}

/** Jobs read to learn their channels; of more only the age is known. */
const MOST_JOBS = 50;
const ASK_WITHIN_MS = 3 * SECOND;
const ANSWER_WITHIN_MS = 250;
/** How long «all is recorded» holds: younger events may wait a second. */
const GOOD_FOR_MS = 500;
/** Each ingest reports every second. */
const REPORTED_WITHIN_MS = 3 * SECOND;
/** A restart of the database drops the locks of the living; they take them again within this time. */
const KNOWN_AGAIN_MS = 2 * SECOND;

interface Answer {
  readonly at: EpochMs;
  readonly jobs: Awaited<ReturnType<BacklogDeps['queue']['unfinished']>>;
  readonly spools: readonly KnownSpool[];
}

/** Acknowledged events that are not recorded: in the queue, with an engine that may be dead, in a spool (law 7). */
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
  /** A hanging server delays one look only. */
  const askSoon = async (): Promise<void> => {
    asking ??= {
      since: deps.now(),
      done: ask()
        .catch(() => undefined) // the last answer grows old
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
      ...(deps.isIngest && isOwnMissing ? [anything('own spool', startedAt, now)] : []),
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

/** A silent source may hold events as old as its silence: nothing fires before it reports. */
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
  // A dead ingest is waited for like any backlog, then ignored.
  if (spool.dead && silent > 2 * LONGEST_HOLD) return [];
  const isFresh = spool.at >= ableSince && silent <= REPORTED_WITHIN_MS;
  const isOver = spool.dead && askedAt - ableSince >= KNOWN_AGAIN_MS;
  if (!isFresh && !isOver) return [anything(source, spool.since ?? spool.at, now)];
  return spool.since === null ? [] : [{ source, since: spool.since, channels: spool.channels }];
}
