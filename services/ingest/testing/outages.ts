import type { QueuePlace } from '@otklik/queue';
import { emptyDatabase, freshRedis } from '@otklik/testing/servers';
import { openLink } from './link.ts';
import { startOwnRedis } from './ownRedis.ts';

export interface Outage extends AsyncDisposable {
  readonly place: QueuePlace;
  begin(): Promise<void>;
  end(): Promise<void>;
}

const redisAt = (url: string): QueuePlace => ({ kind: 'redis', url, prefix: 'otklik' });
const postgresAt = (url: string): QueuePlace => ({ kind: 'postgres', url, schema: 'otklik_queue' });

/** Ways in which the queue goes away, each on a real server. */
export const OUTAGES: readonly { name: string; open(): Promise<Outage> }[] = [
  { name: 'Redis is killed', open: killedRedis },
  { name: 'Redis does not answer', open: async () => linked(await freshRedis(), redisAt, 'freeze') },
  { name: 'PostgreSQL is gone', open: async () => linked(await emptyDatabase(), postgresAt, 'cut') },
  {
    name: 'PostgreSQL does not answer',
    open: async () => linked(await emptyDatabase(), postgresAt, 'freeze'),
  },
];

export async function killedRedis(): Promise<Outage> {
  const redis = await startOwnRedis();
  return {
    place: redisAt(redis.url),
    begin: () => redis.kill(),
    end: () => redis.start(),
    [Symbol.asyncDispose]: () => redis[Symbol.asyncDispose](),
  };
}

async function linked(
  server: { readonly url: string } & AsyncDisposable,
  placeAt: (url: string) => QueuePlace,
  how: 'cut' | 'freeze',
): Promise<Outage> {
  const link = await openLink(server.url);
  return {
    place: placeAt(link.url),
    begin: async () => link[how](),
    end: async () => link.mend(),
    [Symbol.asyncDispose]: async () => {
      await link[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}
