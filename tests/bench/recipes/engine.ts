import { randomUUID } from 'node:crypto';
import type { Event } from '@otklik/domain';
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';

/** The recipe's tables and indexes. */
const TABLES = `
  drop schema if exists recipe cascade;
  create schema recipe;
  create table recipe.events (channel text, id text, thread text, side text, at timestamptz, body jsonb, primary key (channel, id));
  create table recipe.waits (id uuid primary key, channel text, thread text, opened_at timestamptz, closed_at timestamptz, due_at timestamptz);
  create unique index on recipe.waits (channel, thread) where closed_at is null;
  create index on recipe.waits (due_at) where due_at is not null;
`;

/**
 * One job and one transaction per event, usual concurrency. Returns seconds from the first job taken to the last
 * commit.
 */
export async function runRecipe(
  events: readonly Event[],
  redisUrl: string,
  databaseUrl: string,
): Promise<number> {
  const concurrency = 50;
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 20 });
  await pool.query(TABLES);
  const connection = new Redis(redisUrl, { maxRetriesPerRequest: null });
  const queue = new Queue<Event>('recipe-engine', { connection });
  for (let i = 0; i < events.length; i += 1_000) {
    await queue.addBulk(
      events.slice(i, i + 1_000).map((data) => ({ name: 'event', data, opts: { removeOnComplete: true } })),
    );
  }
  const startedAt = performance.now();
  let left = events.length;
  const done = Promise.withResolvers<void>();
  const workerConnection = new Redis(redisUrl, { maxRetriesPerRequest: null });
  const worker = new Worker<Event>(
    'recipe-engine',
    async (job) => {
      await handle(pool, job.data);
      left -= 1;
      if (left === 0) done.resolve();
    },
    { connection: workerConnection, concurrency },
  );
  await done.promise;
  const seconds = (performance.now() - startedAt) / 1_000;
  await worker.close();
  await queue.close();
  for (const opened of [connection, workerConnection]) opened.disconnect(); // BullMQ does not close what it was given
  await pool.end();
  return seconds;
}

async function handle(pool: pg.Pool, event: Event): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const inserted = await client.query(
      'insert into recipe.events (channel, id, thread, side, at, body) values ($1, $2, $3, $4, to_timestamp($5 / 1000.0), $6) on conflict do nothing',
      [event.channel, event.id, event.thread, event.side, event.at, JSON.stringify(event)],
    );
    if (inserted.rowCount === 1 && event.side === 'client') {
      await client.query(
        `insert into recipe.waits (id, channel, thread, opened_at, due_at) values ($1, $2, $3, to_timestamp($4 / 1000.0), to_timestamp($4 / 1000.0) + interval '3 minutes')
         on conflict (channel, thread) where closed_at is null do nothing`,
        [randomUUID(), event.channel, event.thread, event.at],
      );
    } else if (inserted.rowCount === 1) {
      await client.query(
        'update recipe.waits set closed_at = to_timestamp($3 / 1000.0), due_at = null where channel = $1 and thread = $2 and closed_at is null',
        [event.channel, event.thread, event.at],
      );
    }
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
}
