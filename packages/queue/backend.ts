import { setTimeout as pause } from 'node:timers/promises';
import { type Job, type JobsOptions, Queue, Worker, type WorkerOptions } from 'bullmq';
import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { createHeardBackend } from './postgresBackend.ts';

/** Where a queue lives: on Redis when there is one, else on the PostgreSQL that is there anyway. */
export type QueuePlace =
  | { readonly kind: 'redis'; readonly url: string; readonly prefix: string }
  | { readonly kind: 'postgres'; readonly url: string; readonly schema: string };

interface Patience {
  readonly maxRetriesPerRequest: number | null;
  readonly commandTimeout?: number;
  readonly connectTimeout?: number;
}

/**
 * BullMQ works over copies of the connection that it is given, and lets go of a copy only if that was ready once (6.7.0,
 * RedisConnection.disconnect): one that never was tries for ever, and the process with it. So we know them by ourselves.
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

/** A comma-separated list of URLs means a cluster. */
const redis = (url: string, patience: Patience): KnownRedis | KnownCluster => {
  const nodes = url.split(',').map((node) => node.trim());
  const [only] = nodes;
  return nodes.length === 1 && only
    ? new KnownRedis(only, { ...patience })
    : new KnownCluster(nodes, { redisOptions: { ...patience } });
};

/**
 * One that waits for its next try when it is disconnected (ioredis 6.0.0) does not say that it has ended, and BullMQ goes on
 * waiting for that word, its timers running.
 */
function disconnectAll(connection: KnownRedis | KnownCluster): void {
  for (const each of [connection, ...connection.copies]) {
    const wasBetweenTries = each.status === 'reconnecting';
    each.disconnect();
    if (wasBetweenTries) each.emit('end');
  }
}

const COMMAND_TIMEOUT_MS = 2_000;
/** A connection that is broken without a word is given up then. */
const WORKER_QUERY_TIMEOUT_MS = 10_000;
const REACH_AGAIN_MS = 500;

export interface Producer {
  readonly queue: Queue;
  /** Rejects when the backend could not be reached; then only a new producer can. Of a Redis it waits without end. */
  readonly ready: Promise<unknown>;
  end(): Promise<void>;
  /** Lets go of connections that do not close. */
  abandon(): void;
}

/** A producer fails soon when its backend is gone: the spool takes over, nobody waits. */
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

/** A job leaves the queue when it is done, and in no other way (law 8). Of its failures the last trace is kept. */
export const UNTIL_DONE: JobsOptions = {
  attempts: FOR_EVER,
  backoff: { type: 'custom' },
  stackTraceLimit: 1,
  removeOnComplete: true,
};

const retryAfterMs = (attempts: number) =>
  Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(attempts - 1, 10));

/**
 * A job whose worker died is taken up again two seconds later at most, as often as it takes: handling a batch twice
 * changes nothing (law 1), losing it would.
 */
const TAKE_UP_SOON = { lockDuration: 2_000, stalledInterval: 500, maxStalledCount: FOR_EVER } as const;

/** After a loss of the connection a worker is back within seconds: BullMQ's own numbers are 15 s and 6 s. */
const BACK_SOON = { runRetryDelay: 500, drainDelay: 1 } as const;

export interface Taker {
  /** Takes nothing new; resolves when what it held is done and its connections are closed. */
  end(): Promise<void>;
  /** Lets go of connections that do not close. */
  abandon(): void;
}

/** Takes jobs up, as soon as the backend can be reached and whenever it can be again, until `end`. */
export function openWorker(
  name: string,
  place: QueuePlace,
  concurrency: number,
  handle: (data: unknown, again: boolean) => Promise<void>,
  onError: (error: Error) => void,
): Taker {
  const run = (job: Job<unknown>) => handle(job.data, job.attemptsMade > 0);
  const options: Omit<WorkerOptions, 'connection'> = {
    concurrency,
    removeOnComplete: { count: 0 },
    settings: { backoffStrategy: retryAfterMs },
    ...TAKE_UP_SOON,
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
 * A worker on PostgreSQL whose first connection fails keeps that failure and asks for jobs in a loop that lets nothing
 * else run (BullMQ 6.7.0, PostgresConnection.waitUntilReady). So it runs when it is connected, else there is another.
 */
function startReachable(open: () => Startable, onError: (error: Error) => void): Taker {
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
        await worker.close().catch(onError); // its error event has told why
        await pause(REACH_AGAIN_MS, null, { signal: ending.signal }).catch(() => undefined);
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
