import { pause } from '@otklik/timing';
import { type Job, type JobsOptions, Queue, Worker, type WorkerOptions } from 'bullmq';
import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { createHeardBackend } from './postgresBackend.ts';

/** On Redis when there is one, else on the PostgreSQL that is there anyway. */
export type QueuePlace =
  | { readonly kind: 'redis'; readonly url: string; readonly prefix: string }
  | { readonly kind: 'postgres'; readonly url: string; readonly schema: string };

interface Patience {
  readonly maxRetriesPerRequest: number | null;
  readonly commandTimeout?: number;
  readonly connectTimeout?: number;
}

/**
 * Knows the copies that BullMQ makes of a connection. BullMQ (6.7.0, RedisConnection.disconnect) closes a copy only
 * if it was ready once; any other retries for ever and keeps the process alive.
 */
class KnownRedis extends Redis {
  readonly copies: Redis[] = [];
  override duplicate(override?: Partial<RedisOptions>): Redis {
    const copy = super.duplicate(override);
    this.copies.push(copy);
    return copy;
  }
}

class KnownCluster extends Cluster {
  readonly copies: Cluster[] = [];
  override duplicate(...given: Parameters<Cluster['duplicate']>): Cluster {
    const copy = super.duplicate(...given);
    this.copies.push(copy);
    return copy;
  }
}

/** Several URLs, separated by commas, mean a cluster. */
const redis = (url: string, patience: Patience): KnownRedis | KnownCluster => {
  const nodes = url.split(',').map((node) => node.trim());
  const [only] = nodes;
  return nodes.length === 1 && only
    ? new KnownRedis(only, { ...patience })
    : new KnownCluster(nodes, { redisOptions: { ...patience } });
};

/** A connection that is disconnected between two tries emits no `end` (ioredis 6.0.0), and BullMQ waits for it. */
function disconnectAll(connection: KnownRedis | KnownCluster): void {
  for (const each of [connection, ...connection.copies]) {
    const wasBetweenTries = each.status === 'reconnecting';
    each.disconnect();
    if (wasBetweenTries) each.emit('end');
  }
}

const COMMAND_TIMEOUT_MS = 2_000;
/** For a connection that breaks silently. */
const WORKER_QUERY_TIMEOUT_MS = 10_000;
const REACH_AGAIN_MS = 500;

export interface Producer {
  readonly queue: Queue;
  /** Rejects when the backend could not be reached: open a new producer then. Never settles for an absent Redis. */
  readonly ready: Promise<unknown>;
  end(): Promise<void>;
  /** Drops connections that do not close. */
  abandon(): void;
}

/** Fails fast when its backend is gone, so that the spool takes over. */
export function openProducer(name: string, place: QueuePlace, onError: (error: Error) => void): Producer {
  if (place.kind === 'redis') {
    const connection = redis(place.url, {
      maxRetriesPerRequest: 1,
      commandTimeout: COMMAND_TIMEOUT_MS,
      connectTimeout: COMMAND_TIMEOUT_MS,
    });
    connection.on('error', onError);
    const queue = new Queue(name, { connection, prefix: `{${place.prefix}}` });
    queue.on('error', onError);
    return {
      queue,
      ready: queue.waitUntilReady(),
      end: () => queue.close().finally(() => connection.disconnect()),
      abandon: () => disconnectAll(connection),
    };
  }
  const queue = new Queue(
    name,
    {
      connection: {
        ...postgres(place, 4),
        connectionTimeoutMillis: COMMAND_TIMEOUT_MS,
        query_timeout: COMMAND_TIMEOUT_MS,
      },
    },
    createHeardBackend,
  );
  queue.on('error', onError);
  return {
    queue: queue as unknown as Queue,
    ready: queue.waitUntilReady(),
    end: () => queue.close(),
    abandon: () => void queue.disconnect().catch(onError),
  };
}

const FOR_EVER = 1_000_000;
const FIRST_RETRY_MS = 200;
const LAST_RETRY_MS = 30_000;

/** A job leaves the queue only when it is done (law 8). Of its failures the last trace is kept. */
export const UNTIL_DONE: JobsOptions = {
  attempts: FOR_EVER,
  backoff: { type: 'custom' },
  stackTraceLimit: 1,
  removeOnComplete: true,
};

const retryAfterMs = (attempts: number) =>
  Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(attempts - 1, 10));

/**
 * A job of a dead worker is taken up again within about two seconds, any number of times: handling a batch twice
 * changes nothing (law 1), losing it would.
 */
const RESUME_SOON = { lockDuration: 2_000, stalledInterval: 500, maxStalledCount: FOR_EVER } as const;

/** After a lost connection. BullMQ's defaults are 15 s and 6 s. */
const BACK_SOON = { runRetryDelay: 500, drainDelay: 1 } as const;

export interface QueueWorker {
  /** Takes nothing new; resolves when its jobs are done and its connections closed. */
  end(): Promise<void>;
  abandon(): void;
}

/** Handles jobs whenever the backend can be reached, until `end`. */
export function openWorker(
  name: string,
  place: QueuePlace,
  concurrency: number,
  handle: (data: unknown, again: boolean) => Promise<void>,
  onError: (error: Error) => void,
): QueueWorker {
  const run = (job: Job<unknown>) => handle(job.data, job.attemptsMade > 0);
  const options: Omit<WorkerOptions, 'connection'> = {
    concurrency,
    removeOnComplete: { count: 0 },
    settings: { backoffStrategy: retryAfterMs },
    ...RESUME_SOON,
    ...BACK_SOON,
  };
  if (place.kind === 'redis') {
    const connection = redis(place.url, { maxRetriesPerRequest: null });
    connection.on('error', onError);
    const worker = new Worker(name, run, {
      ...options,
      connection,
      prefix: `{${place.prefix}}`,
    });
    worker.on('error', onError);
    return {
      end: () => worker.close().finally(() => connection.disconnect()),
      abandon: () => disconnectAll(connection),
    };
  }
  const connection = {
    ...postgres(place, 4),
    connectionTimeoutMillis: COMMAND_TIMEOUT_MS,
    query_timeout: WORKER_QUERY_TIMEOUT_MS,
  };
  const open = () => new Worker(name, run, { ...options, connection, autorun: false }, createHeardBackend);
  return startReachable(open, onError);
}

interface Startable {
  on(event: 'error', listener: (error: Error) => void): unknown;
  waitUntilReady(): Promise<unknown>;
  run(): Promise<unknown>;
  close(): Promise<void>;
  disconnect(): Promise<void>;
}

/**
 * Runs a worker on PostgreSQL only once it is connected, and opens another when it is not. BullMQ (6.7.0,
 * PostgresConnection.waitUntilReady) keeps a failure of the first connection and then polls in a loop that blocks the
 * process.
 */
function startReachable(open: () => Startable, onError: (error: Error) => void): QueueWorker {
  const ending = new AbortController();
  const start = async (): Promise<Startable | null> => {
    while (!ending.signal.aborted) {
      const worker = open();
      worker.on('error', onError);
      try {
        await worker.waitUntilReady();
        worker.run().catch(onError);
        return worker;
      } catch {
        await worker.close().catch(onError); // its error event told why
        await pause(REACH_AGAIN_MS, ending.signal);
      }
    }
    return null;
  };
  const started = start();
  return {
    end: async () => {
      ending.abort();
      await (await started)?.close();
    },
    abandon: () => void started.then((worker) => worker?.disconnect()).catch(onError),
  };
}

const postgres = (place: Extract<QueuePlace, { kind: 'postgres' }>, max: number) => ({
  connectionString: place.url,
  schema: place.schema,
  migrate: true,
  max,
});
